import { type FieldProblem, invalidValue } from '../../api/status.js';
import { arrayAt, at, equal, isObject, objectAt, stringAt } from '../../json.js';
import { canonicalQuantity, quantityInNano } from '../../schema/quantity.js';
import type { Stored } from '../../store/store.js';
import { majorOfCluster } from './image.js';

/** What the operator refuses in a change of a Cluster, in the order in which it looks. */
export function clusterChanges(cluster: Stored, live: Stored): FieldProblem[] {
  const spec = objectAt(cluster, 'spec');
  const old = objectAt(live, 'spec');
  return [
    ...imageChange(cluster, live),
    ...configurationChange(spec, old),
    ...storageChange(spec.storage, old.storage, 'spec.storage'),
    ...walStorageChange(spec, old),
    ...tablespaceChanges(spec, old),
    ...['GID', 'UID']
      .filter((id) => spec[`postgres${id}`] !== old[`postgres${id}`])
      .map((id) => invalidValue(`spec.postgres${id}`, spec[`postgres${id}`] ?? 0, `${id} is an immutable field in the spec`)),
    ...slotChanges(spec, old),
    ...walLevelChange(spec, old),
  ];
}

function imageChange(cluster: Stored, live: Stored): FieldProblem[] {
  const now = majorOfCluster(cluster);
  const before = at(live, 'status', 'pgDataImageInfo', 'majorVersion');
  if (now === undefined || typeof before !== 'number') return [];
  const field = isObject(at(cluster, 'spec', 'imageCatalogRef')) ? 'spec.imageCatalogRef.major' : 'spec.imageName';
  if (before > now) return [invalidValue(field, String(now), `can't downgrade from major ${before} to ${now}`)];
  return before < now && now < 16 ? [invalidValue(field, String(now), 'major upgrades are only supported to version 16 or higher')] : [];
}

function configurationChange(spec: Record<string, unknown>, old: Record<string, unknown>): FieldProblem[] {
  if (spec.imageName === old.imageName || spec.primaryUpdateMethod !== 'switchover') return [];
  const [now, before] = [spec, old].map((one) => objectAt(one, 'postgresql', 'parameters'));
  const changed = [...new Set([...Object.keys(before ?? {}), ...Object.keys(now ?? {})])]
    .filter((key) => before?.[key] !== now?.[key])
    .sort();
  if (changed.length === 0) return [];
  const listed = Object.fromEntries(changed.map((key) => [key, [String(before?.[key] ?? ''), String(now?.[key] ?? '')]]));
  const why = `Can't change image name and configuration at the same time when \`primaryUpdateMethod\` is set to \`switchover\`. There are differences in PostgreSQL configuration parameters: ${JSON.stringify(listed)}`;
  return [invalidValue('spec.imageName', spec.imageName ?? '', why)];
}

/** The size that a storage section asks for. */
const sizeOf = (storage: unknown): unknown => stringAt(storage, 'size') || at(storage, 'pvcTemplate', 'resources', 'requests', 'storage');

function storageChange(storage: unknown, old: unknown, field: string): FieldProblem[] {
  const [next, before] = [sizeOf(storage), sizeOf(old)];
  const [nextNano, beforeNano] = [quantityInNano(next), quantityInNano(before)];
  if (nextNano === undefined || beforeNano === undefined || nextNano >= beforeNano) return [];
  const shown = canonicalQuantity(next);
  return [invalidValue(field, shown, `can't shrink existing storage from ${String(canonicalQuantity(before))} to ${String(shown)}`)];
}

function walStorageChange(spec: Record<string, unknown>, old: Record<string, unknown>): FieldProblem[] {
  if (old.walStorage === undefined) return [];
  if (spec.walStorage === undefined) return [invalidValue('spec.walStorage', null, 'walStorage cannot be disabled once configured')];
  return storageChange(spec.walStorage, old.walStorage, 'spec.walStorage');
}

function tablespaceChanges(spec: Record<string, unknown>, old: Record<string, unknown>): FieldProblem[] {
  if (old.tablespaces === undefined) return [];
  if (spec.tablespaces === undefined) return [invalidValue('spec.tablespaces', null, 'tablespaces section cannot be deleted once created')];
  return arrayAt(old, 'tablespaces').flatMap((before, i) => {
    const now = arrayAt(spec, 'tablespaces').find((one) => stringAt(one, 'name') === stringAt(before, 'name'));
    const field = `spec.tablespaces[${i}]`;
    if (now === undefined) return [invalidValue(field, spec.tablespaces, 'no tablespace can be deleted once created')];
    return storageChange(at(now, 'storage'), at(before, 'storage'), field);
  });
}

/** The operator turns both on where a Cluster says nothing. */
function slotChanges(spec: Record<string, unknown>, old: Record<string, unknown>): FieldProblem[] {
  const before = at(old, 'replicationSlots', 'highAvailability');
  const now = at(spec, 'replicationSlots', 'highAvailability');
  if (!isObject(before) || before.enabled === false || !isObject(now)) return [];
  const prefix = (one: Record<string, unknown>) => stringAt(one, 'slotPrefix') || '_cnpg_';
  if (equal(prefix(before), prefix(now))) return [];
  return [
    invalidValue(
      'spec.replicationSlots.highAvailability.slotPrefix',
      prefix(now),
      'Cannot change replication slot prefix while highAvailability is enabled',
    ),
  ];
}

function walLevelChange(spec: Record<string, unknown>, old: Record<string, unknown>): FieldProblem[] {
  const level = (one: unknown) => stringAt(one, 'postgresql', 'parameters', 'wal_level') || 'logical';
  if (level(spec) !== 'minimal' || level(old) === 'minimal') return [];
  return [
    invalidValue(
      'spec.postgresql.parameters.wal_level',
      'minimal',
      `Change of \`wal_level\` to \`minimal\` not allowed on an existing cluster (from ${level(old)})`,
    ),
  ];
}
