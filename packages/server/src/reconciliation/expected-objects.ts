/**
 * What an instance's runs have left in the cell, as their tasks' rows tell it. Pure: the runs of its present life, one after the other,
 * are laid over what was known before them.
 */
import { groupOf } from '@cellplane/plan';

/** An object as the last run that touched it left it. */
export interface ExpectedObject {
  group: string;
  apiVersion: string;
  kind: string;
  name: string;
  /** Null: not known. */
  uid: string | null;
  runId: string;
  /** The last task that touched it wrote it. */
  present: boolean;
  /** Made by a create, modify or restore: part of the product. What only other workflows make is theirs. */
  product: boolean;
  /** It comes and goes by itself. */
  passing: boolean;
}

/** What one task did, or may have done, to an object. */
export interface Touch {
  runId: string;
  /** Of the run: create, modify, stop, custom, … */
  verb: string;
  action: string;
  apiVersion: string;
  kind: string;
  name: string;
  uid: string | null;
  /** Its write was answered. */
  wrote: boolean;
  /** A delete that was asked for, whether or not its answer came. */
  removed: boolean;
  passing: boolean;
}

const MAKES_PRODUCT = new Set(['create', 'modify', 'restore']);
const MAKES_OBJECT = new Set(['apply', 'create', 'replace']);
/** What ends by itself, and whose absence says nothing: work that was done once. */
const ENDS_BY_ITSELF = new Set(['/Pod', '/Event', 'batch/Job']);

/** The same object, in whatever version of its group. */
export function objectId({ group, kind, name }: Pick<ExpectedObject, 'group' | 'kind' | 'name'>): string {
  return `${group}/${kind}/${name}`;
}

/** Lays tasks, in the order in which they ended, over what was known. */
export function layOver(known: ExpectedObject[], touches: Touch[]): ExpectedObject[] {
  const objects = new Map(known.map((one) => [objectId(one), one]));
  for (const touch of touches) {
    const { apiVersion, kind, name, runId } = touch;
    const group = groupOf(apiVersion);
    const id = objectId({ group, kind, name });
    const before = objects.get(id);
    if (touch.action === 'delete') {
      if (before !== undefined && touch.removed) objects.set(id, { ...before, runId, present: false });
      continue;
    }
    if (touch.action === 'get' || !touch.wrote) continue;
    const product = before?.product === true || (MAKES_PRODUCT.has(touch.verb) && MAKES_OBJECT.has(touch.action));
    // A patch says nothing of what the object is; and once it is said that it comes and goes, that holds until it is made otherwise.
    const passing = MAKES_OBJECT.has(touch.action) ? touch.passing : (before?.passing ?? touch.passing);
    objects.set(id, { group, apiVersion, kind, name, uid: touch.uid, runId, present: true, product, passing });
  }
  return [...objects.values()];
}

/** Whether the object has to be there while nothing acts on its instance. */
export function mustBeThere({ group, kind, present, product, passing }: ExpectedObject): boolean {
  return present && product && !passing && !ENDS_BY_ITSELF.has(`${group}/${kind}`);
}
