/** Which objects of an instance are to be looked at: at rest none is. Pure. */
import { createHash } from 'node:crypto';
import { type ExpectedObject, objectId } from '../reconciliation/expected-objects.js';
import type { KnownObject } from './drift-store.js';

/** Every object is looked at once in so long, whatever its metadata says: defaults and webhooks of the cell may have changed. Milliseconds. */
const WHOLE_MS = 24 * 3_600_000;

/** `markNow`: what the metadata of an object come to now; undefined: it was not listed; null: its kind could not be listed. */
export function dueObjects(
  expected: readonly ExpectedObject[],
  known: readonly Pick<KnownObject, 'group' | 'kind' | 'name' | 'runId' | 'seenMark' | 'lookedAt'>[],
  markNow: (object: ExpectedObject) => string | undefined | null,
  now: Date,
): ExpectedObject[] {
  const byId = new Map(known.map((one) => [objectId(one), one]));
  return expected.filter((object) => {
    const before = byId.get(objectId(object));
    if (before?.lookedAt === undefined || before.lookedAt === null || before.runId !== object.runId) return true;
    const mark = markNow(object);
    if (mark !== null && mark !== before.seenMark) return true;
    return now.getTime() - before.lookedAt.getTime() > WHOLE_MS * (0.8 + 0.2 * shareOf(`${object.runId}/${objectId(object)}`));
  });
}

/** A number from 0 to 1 that belongs to the text: daily looks of many objects are spread by it. */
function shareOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 0xff_ff_ff_ff;
}
