/** One object of a preview, as people may see it: fields with before, after and owners, secrets hidden, sizes bounded. Pure. */
import { cut, type Json, type JsonObject, MASK, readFieldPath, type UpgradePolicy } from '@cellplane/plan';
import { maskObject, type Redactor } from '../engine/redact.js';
import { differingFields, type FieldNames, groupsBelow, isWithin, namesOf, replaceFields } from './field-groups.js';
import { pathText } from './field-path.js';
import { diffObjects, type FieldChange, isMap } from './object-diff.js';
import type { Prediction } from './predict-object.js';
import { withoutSecretElements } from './secret-elements.js';

type ChangeAction = 'create' | 'change' | 'delete' | 'unchanged' | 'unknown';

export interface ChangedField {
  path: string;
  /** Absent: not there before. */
  before?: Json;
  /** Absent: taken away. */
  after?: Json;
  /** Managers that own the field now. */
  owners: string[];
  /** It holds a secret: that it changes is all that is told. */
  hidden?: true;
  /** What it comes to is only known when the change runs; `after` says what is known of it. */
  later?: true;
}

export interface ObjectChange {
  action: ChangeAction;
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  /** Key of the plan's resource, and the tasks of its workflow that write the object. */
  resource: string;
  tasks: string[];
  fields: ChangedField[];
  /** Fields that are not listed: there are too many. */
  moreFields?: number;
  /** Why the run would fail at this object, in the API server's words. */
  refused?: string;
  refusedCode?: string;
  /** Fields that the refusal calls unchangeable. */
  immutable?: string[];
  /** The plan declares that a change of one of these fields makes the product restart. */
  restarts: boolean;
  /** What is not known, and why. */
  why?: string;
}

export interface ObjectFacts {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  resource: string;
  tasks: string[];
  /** Manifests of all tasks that write it, plain and masked: where they differ there is a secret. */
  manifests: { manifest: JsonObject; masked: JsonObject }[];
  /** The same manifests as another plan of the change has them. */
  otherwise: JsonObject[];
  restarts: UpgradePolicy['restarts'];
}

/** What stands for ids that are only made when the change runs. */
export type Shown = (text: string) => string;

/** Fields of one object that are listed. */
const MOST_FIELDS = 200;
/** Characters of one value that are shown. */
const MOST_TEXT = 8_000;
const LATER = '(known when it runs)';

export function objectChange(
  prediction: Prediction,
  facts: ObjectFacts,
  { redactor, shown, shownOtherwise }: { redactor: Redactor; shown: Shown; shownOtherwise: Shown },
): ObjectChange & { restartFields: string[] } {
  const { live, next, rendered, refused, why } = prediction;
  const groups = groupsOf(facts, shown, shownOtherwise);
  const after = next ?? (next === undefined && live === null && rendered !== undefined ? asObject(rendered) : undefined);
  const changes =
    refused !== undefined || after === undefined
      ? []
      : withoutSecretElements(diffObjects(live, after as never), {
          holds: (value) => redactor.holds(value),
          isSecretField: (names) => isWithin(names, groups.secret),
        });
  const restarting = restartingFields(facts, changes);
  const { kind, apiVersion, namespace, resource, tasks } = facts;
  const isProbe = groups.unknown.length > 0;
  const text = (one: string) => shown(redactor.text(one));
  const open = isProbe ? [`${[...new Set(groups.unknown.map((names) => names.join('.')))].join(', ')}: known when it runs.`] : [];
  // A value that nobody knows yet was made up to ask: what the API server says against it means nothing.
  const refusal = isProbe ? undefined : refused;
  const sentences = [...why, ...open, ...(isProbe && refused !== undefined ? ['The API server could not be asked before that.'] : [])];
  return {
    action: isProbe && refused !== undefined ? 'unknown' : actionOf(prediction, changes),
    apiVersion,
    kind,
    namespace: shown(namespace),
    name: shown(facts.name),
    resource,
    tasks,
    fields: changes.slice(0, MOST_FIELDS).map((change) => fieldOf(change, facts, groups, { redactor, shown })),
    ...(changes.length <= MOST_FIELDS ? {} : { moreFields: changes.length - MOST_FIELDS }),
    ...(refusal === undefined ? {} : { refused: text(refusal.message), refusedCode: refusal.code }),
    ...(refusal === undefined || refusal.immutable.length === 0 ? {} : { immutable: refusal.immutable }),
    restarts: live !== null && restarting.length > 0,
    restartFields: restarting,
    ...(sentences.length === 0 ? {} : { why: text(sentences.join(' ')) }),
  };
}

function actionOf({ live, next, rendered, refused }: Prediction, changes: FieldChange[]): ObjectChange['action'] {
  if (refused !== undefined) return live === null ? 'create' : 'change';
  if (next === null) return live === null ? 'unchanged' : 'delete';
  if (next === undefined) return rendered !== undefined && live === null ? 'create' : 'unknown';
  if (live === null) return 'create';
  return changes.length === 0 ? 'unchanged' : 'change';
}

interface Groups {
  secret: FieldNames[];
  /** Made of ids or times of the run, which no preview has. */
  later: FieldNames[];
  /** Of these, those that no name can stand for. */
  unknown: FieldNames[];
}

function groupsOf({ manifests, otherwise }: ObjectFacts, shown: Shown, shownOtherwise: Shown): Groups {
  const secret = manifests.flatMap(({ manifest, masked }) => differingFields(manifest, masked));
  const later: FieldNames[] = [];
  const unknown: FieldNames[] = [];
  for (const [at, { manifest }] of manifests.entries()) {
    const other = otherwise[at];
    if (other === undefined) continue;
    later.push(...differingFields(manifest, other));
    unknown.push(...differingFields(withTexts(manifest, shown), withTexts(other, shownOtherwise)));
  }
  return { secret, later, unknown };
}

function fieldOf(
  { path, before, after, owners, hidden: isList }: FieldChange & { hidden?: true },
  { kind, apiVersion }: ObjectFacts,
  groups: Groups,
  { redactor, shown }: { redactor: Redactor; shown: Shown },
): ChangedField {
  const names = namesOf(path);
  const isSecretData = kind === 'Secret' && apiVersion === 'v1' && ['data', 'stringData'].includes(names[0] ?? '');
  const hidden = isList === true || isWithin(names, groups.secret) || (isSecretData && names.length > 1);
  const later = isWithin(names, groups.later) || groupsBelow(names, groups.later).length > 0;
  const view = (value: Json): Json => {
    if (hidden) return MASK;
    const known = isSecretData ? maskData(value) : value;
    const masked = replaceFields(known, groupsBelow(names, groups.secret), MASK);
    return bounded(withTexts(redactor.json(masked, 'numbers'), shown));
  };
  const viewAfter = (value: Json): Json => {
    if (isWithin(names, groups.unknown) && !hidden) return LATER;
    return view(replaceFields(value, groupsBelow(names, groups.unknown), LATER));
  };
  return {
    path: pathText(path),
    ...(before === undefined ? {} : { before: view(before) }),
    ...(after === undefined ? {} : { after: viewAfter(after) }),
    owners,
    ...(hidden ? { hidden: true as const } : {}),
    ...(later ? { later: true as const } : {}),
  };
}

function maskData(value: Json): Json {
  const masked = maskObject({ apiVersion: 'v1', kind: 'Secret', data: value });
  return masked.data ?? MASK;
}

/** Every text of the value, keys apart. */
function withTexts(value: Json, shown: Shown): Json {
  if (typeof value === 'string') return shown(value);
  if (Array.isArray(value)) return value.map((element) => withTexts(element, shown));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withTexts(inner, shown)]));
}

function bounded(value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= MOST_TEXT ? value : cut(text, MOST_TEXT);
}

/** Changed fields that the plan names as making the product restart: the field itself, one around it, or one in it. */
function restartingFields({ kind, restarts }: Pick<ObjectFacts, 'kind' | 'restarts'>, changes: readonly FieldChange[]): string[] {
  const declared = restarts.filter((one) => one.kind === kind).flatMap(({ paths }) => paths.map(fieldsDeclared));
  return changes
    .filter(({ path }) => declared.some((names) => isWithin(namesOf(path), [names]) || isWithin(names, [namesOf(path)])))
    .map(({ path }) => pathText(path));
}

/** Without items of lists: a change of any item counts. */
function fieldsDeclared(path: string): string[] {
  return (readFieldPath(path) ?? []).filter((key) => key !== '*' && !/^\d+$/.test(key));
}

function asObject(rendered: JsonObject): JsonObject {
  return { ...rendered, metadata: isMap(rendered.metadata) ? rendered.metadata : {} };
}
