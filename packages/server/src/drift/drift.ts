/**
 * Drift: fields that a workflow of the instance has set, and that hold another value now.
 *
 *     found ──▶ open ──accept──▶ accepted ──another value again──▶ open
 *                 │                  │
 *                 └──────────────────┴── the field is ours again (revert, an operation, or whoever changed it) ──▶ reverted ──▶ open …
 *
 * A field that goes back and forth between us and an operator stays one finding, and counts how often it was found anew. Pure.
 */
import { createHash } from 'node:crypto';
import { type Json, stableJson } from '@cellplane/plan';

export const DRIFT_STATES = ['open', 'accepted', 'reverted'] as const;
export type DriftState = (typeof DRIFT_STATES)[number];

/** A field as a look found it. */
export interface DriftedField {
  path: string;
  /** What was applied, and what is there; undefined: the field is not there. */
  ours?: Json | undefined;
  theirs?: Json | undefined;
  /** Whoever changed it last, as managedFields tells: '' where nobody has the field now, because it was removed. */
  manager: string;
  operation: string;
  subresource: string;
  /** When that manager's fields were changed last. */
  since: Date | null;
  /** Its values are never shown. */
  secret: boolean;
}

export interface DriftFinding extends DriftedField {
  id: string;
  group: string;
  apiVersion: string;
  kind: string;
  name: string;
  state: DriftState;
  firstSeen: Date;
  /** How often it was found anew, the first time included. */
  changes: number;
  /** User id, and when; of what was accepted, or asked to be reverted. */
  decidedBy: string | null;
  decidedAt: Date | null;
}

/** What is to be done with the rows of one object's findings. */
export interface DriftChanges {
  /** New rows. */
  found: DriftedField[];
  /** Rows that are open (again) with these values. */
  changed: { id: string; field: DriftedField; isNews: boolean }[];
  /** Rows whose fields are as they should be. */
  ended: string[];
}

/** Lays what a look has found over what was known of the same object. */
export function settleDrift(known: readonly DriftFinding[], fields: readonly DriftedField[]): DriftChanges {
  const byPath = new Map(known.map((one) => [one.path, one]));
  const changes: DriftChanges = { found: [], changed: [], ended: [] };
  for (const field of fields) {
    const before = byPath.get(field.path);
    byPath.delete(field.path);
    if (before === undefined) changes.found.push(field);
    else if (before.state === 'reverted' || valueMark(before.theirs) !== valueMark(field.theirs))
      changes.changed.push({ id: before.id, field, isNews: before.state !== 'open' });
  }
  for (const { id, state } of byPath.values()) if (state !== 'reverted') changes.ended.push(id);
  return changes;
}

/** The same for the same value, whatever the order of its keys. */
function valueMark(value: Json | undefined): string {
  if (value === undefined) return '';
  // A value that is too long to be kept has been replaced by its own mark.
  if (isLong(value)) return value[LONG];
  return createHash('sha256').update(stableJson(value)).digest('base64url');
}

const LONG = 'cellplane.dev/long-value';
/** Characters of JSON of a value that is kept and shown. */
const LONGEST = 16_384;

function isLong(value: Json): value is { [LONG]: string; characters: number } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value[LONG] === 'string';
}

/** The value as it is kept: a very long one by its length and its mark alone. */
export function kept(value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  const characters = JSON.stringify(value).length;
  return characters <= LONGEST ? value : { [LONG]: valueMark(value), characters };
}

/** The value as it is shown. */
export function shown(value: Json): Json {
  return isLong(value) ? `(${value.characters} characters)` : value;
}

/** `Cluster/pg: 2 fields, by kubectl-patch; ConfigMap/x: 1 field, by kubectl-edit`: no values. */
export function driftInWords(found: readonly Pick<DriftFinding, 'kind' | 'name' | 'path' | 'manager'>[]): string {
  const objects = new Map<string, { paths: string[]; managers: Set<string> }>();
  for (const { kind, name, path, manager } of found) {
    const key = `${kind}/${name}`;
    const of = objects.get(key) ?? { paths: [], managers: new Set<string>() };
    of.paths.push(path);
    if (manager !== '') of.managers.add(manager);
    objects.set(key, of);
  }
  const others = objects.size > SHOWN_OBJECTS ? `; and ${objects.size - SHOWN_OBJECTS} more objects` : '';
  const words = [...objects]
    .slice(0, SHOWN_OBJECTS)
    .map(([object, { paths, managers }]) => {
      const first = paths.slice(0, SHOWN_PATHS).join(', ');
      const more = paths.length > SHOWN_PATHS ? ` and ${paths.length - SHOWN_PATHS} more` : '';
      return `${object}: ${first}${more}${managers.size === 0 ? '' : `, by ${[...managers].join(' and ')}`}`;
    })
    .join('; ');
  return `${words}${others}`;
}

const SHOWN_OBJECTS = 10;
const SHOWN_PATHS = 5;
