/**
 * No tenant reaches what is another's by naming it. Outputs, and so the metadata of a snapshot, were read from objects that the tenant
 * can write; parameters the tenant chose. Where one of them names another tenant, or a subscription, an instance or a snapshot of one,
 * nothing is sent to a cell: a plan may make the name of an object of it, a reference, or a path in an object store (docs/architecture.md#manifests-are-structure-not-text; what
 * manifests may do with values of objects at all is `checkTaint` of the plan). Parameters are checked when they are given; all values
 * before a workflow begins, so that nothing of it is done, functions applied; the texts of each manifest again, since they can be joined
 * there, and since its tasks read objects, too.
 */
import { type ExpressionValues, isChosenByTenant, type Json } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import type { ManifestTexts } from '../engine/model.js';
import { badRequest, type ErrorDetail, invalidState } from '../errors.js';
import type { SnapshotPort } from './snapshot-port.js';
import { selectOrganizationsLike } from '../identity/store.js';
import { type InstanceRow, selectInstance, selectOwnersOf } from '../instances/store.js';
import { selectSubscribers } from '../subscriptions/store.js';

/** Ids as we make them, wherever they stand in a text; lower case, as paths may be. */
const IDS = /instance-(?:ss-)?[a-z0-9]{9}|(?:org|sub)-[a-z0-9]{10}/g;

interface Deps {
  db: Database;
  snapshots: SnapshotPort;
}

type Owner = Pick<InstanceRow, 'id' | 'orgId' | 'providerOrgId' | 'restoredFrom'>;

/** Checks the values that a workflow uses. @throws DomainError invalid_state `tainted-identifier`, naming what may not be named */
export async function refuseForeignNames(deps: Deps, instance: Owner, values: ExpressionValues): Promise<void> {
  const all = Object.values(values);
  const message = await whyRefused(deps, instance, {
    tainted: all.filter(({ tainted }) => tainted === true).map(({ value }) => value),
    chosen: all.filter(isChosenByTenant).map(({ value }) => value),
  });
  if (message !== undefined) throw invalidState('tainted-identifier', message);
}

/** Why texts of a manifest of this instance that hold such values must not be sent; undefined: they may. */
export async function foreignNamesIn(deps: Deps, instanceId: string, texts: ManifestTexts): Promise<string | undefined> {
  if ([...texts.tainted, ...texts.chosen].every((text) => namesIn(text).every((id) => id === instanceId))) return undefined;
  const instance = await selectInstance(deps.db, instanceId);
  return instance === undefined ? undefined : whyRefused(deps, instance, texts);
}

/** Checks parameters as they were given. @throws DomainError bad_request `foreign-name`, naming every parameter that names what is another's */
export async function refuseForeignParameters(deps: Deps, instance: Owner, given: unknown): Promise<void> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return;
  const parameters = Object.entries(given as Record<string, Json>).map(([field, value]) => ({ field, names: namesIn(value) }));
  const foreign = await foreignOf(
    deps,
    instance,
    parameters.flatMap(({ names }) => names),
    'chosen',
  );
  const problems = parameters.flatMap(({ field, names }): ErrorDetail[] => {
    const id = names.find((name) => foreign.has(name));
    return id === undefined ? [] : [{ field, code: 'foreign-name', message: `${field} names ${id}, and there is no such thing of yours` }];
  });
  if (problems.length > 0) throw badRequest('foreign-name', `${problems.map(({ message }) => message).join('; ')}.`, problems);
}

async function whyRefused(deps: Deps, instance: Owner, values: { tainted: Json[]; chosen: Json[] }): Promise<string | undefined> {
  const read = await foreignOf(deps, instance, values.tainted.flatMap(namesIn), 'tainted');
  if (read.size > 0) {
    return `${[...read].join(', ')} is not of this tenant, and a value that was read from an object which the tenant can change names it, so nothing is done with it. Where it came with a snapshot, take a new one.`;
  }
  const chosen = await foreignOf(deps, instance, values.chosen.flatMap(namesIn), 'chosen');
  if (chosen.size === 0) return undefined;
  return `${[...chosen].join(', ')} is not of this tenant, and a parameter names it, alone or with the text around it, so nothing is done with it. Give the parameter another value.`;
}

/**
 * Which of the ids belong to somebody else. What the provider has is not a customer's to choose, though outputs may name it: objects
 * of the plan's own are called so. Where the platform itself says where an instance was restored from, that is no stranger.
 */
async function foreignOf(deps: Deps, instance: Owner, ids: string[], by: 'tainted' | 'chosen'): Promise<Set<string>> {
  const named = [...new Set(ids)].filter((id) => id !== instance.id && id !== instance.providerOrgId.toLowerCase());
  if (named.length === 0) return new Set();
  const { restoredFrom } = instance;
  const known = await ownersById(deps.db, named);
  const snapshots = await ownersOfSnapshots(deps, restoredFrom === null ? named : [...named, restoredFrom]);
  // A provider may restore into another tenant's subscription.
  const source = restoredFrom === null ? undefined : snapshots.get(restoredFrom);
  const owners = new Set([instance.orgId, source, ...(by === 'tainted' ? [instance.providerOrgId] : [])]);
  return new Set(
    named.filter((id) => {
      const owner = known.get(id) ?? snapshots.get(id);
      return owner !== undefined && !owners.has(owner);
    }),
  );
}

async function ownersOfSnapshots({ db, snapshots }: Deps, ids: string[]): Promise<Map<string, string>> {
  return (await snapshots.ownersOf?.(db, ids)) ?? new Map<string, string>();
}

/** Organizations by the ids, in lower case, of what is theirs and of themselves. */
async function ownersById(db: Database, ids: string[]): Promise<Map<string, string>> {
  const owners = await selectOwnersOf(db, ids);
  // Rare, and without an index in lower case.
  const tenants = ids.filter((id) => !id.startsWith('instance-'));
  if (tenants.length === 0) return owners;
  return new Map([...owners, ...(await selectSubscribers(db, tenants)), ...(await selectOrganizationsLike(db, tenants))]);
}

/** Keys too: a map may be rendered whole. */
function namesIn(value: Json): string[] {
  if (typeof value === 'string') return idsIn(value, ENCODINGS);
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(value).flatMap(([key, inner]) => [...namesIn(key), ...namesIn(inner)]);
}

/** Runs of base64 that may hold an id, both alphabets. */
const BASE64 = /[A-Za-z0-9+/_-]{20,}/g;
/** Encodings within one another that are decoded for the check. */
const ENCODINGS = 2;

/** The data of a Secret is base64: what a value names is looked for in what it stands for, too, wherever in the text that begins. */
function idsIn(text: string, encodings: number): string[] {
  const found: string[] = text.toLowerCase().match(IDS) ?? [];
  if (encodings === 0) return found;
  for (const run of text.match(BASE64) ?? [])
    for (let start = 0; start < 4; start += 1)
      found.push(...idsIn(Buffer.from(run.slice(start), 'base64').toString('latin1'), encodings - 1));
  return found;
}
