/**
 * Whether an observation may be believed (docs/architecture.md#gates). Argo looks at whatever is there, so a status from before the write
 * passes or fails a step at once; here nothing older than our write counts.
 */
import type { JsonObject } from '../json.js';
import { isObject } from './gate/path.js';
import type { Observation, WriteRecord } from './model.js';

/** Seconds that an object must stay quiet where its kind does not say what it has observed. */
export const DEFAULT_SETTLE_SECONDS = 5;

/** Why a true gate does not count yet; `until` if time alone can change that. */
export interface Staleness {
  text: string;
  until?: number;
}

/** True if the object was read before our write was answered: neither success nor failure may be read from it. */
export function isOlderThanWrite(object: JsonObject, write: WriteRecord): boolean {
  const order = compareVersions(resourceVersionOf(object), write.resourceVersion);
  return order !== undefined && order < 0;
}

/** True if nothing has happened to the object since the answer of our write. */
export function isAsWritten(object: JsonObject, write: WriteRecord): boolean {
  return resourceVersionOf(object) === write.resourceVersion;
}

/** Since when nothing has happened to the object: whoever reads what the write has answered knows it since then. Epoch milliseconds. */
export function quietSince(object: JsonObject, observation: Observation, write: WriteRecord): number {
  return isAsWritten(object, write) ? write.at : Math.max(write.at, observation.quietSince);
}

/** Why the operator has not seen the present generation, where the kind publishes status.observedGeneration. */
export function generationLag(object: JsonObject): string | undefined {
  const observed = isObject(object['status']) ? object['status']['observedGeneration'] : undefined;
  const generation = metadataOf(object)['generation'];
  if (typeof observed !== 'number' || typeof generation !== 'number' || observed >= generation) return undefined;
  return `observedGeneration ${observed} of ${generation}`;
}

/**
 * Why a success gate that is true on `observation` does not count yet; undefined if it does. A write that changed nothing
 * passes at once. Where the write changed the object and the gate was already true before, and the kind either publishes no
 * observedGeneration or would not change it (only metadata was written), the object must be quiet for the settle time.
 */
export function stalenessOfSuccess(
  object: JsonObject,
  observation: Observation,
  write: WriteRecord,
  settleSeconds: number,
  now: number,
): Staleness | undefined {
  if (!write.changed) return undefined;
  const lag = generationLag(object);
  if (lag !== undefined) return { text: lag };
  if (write.created || !write.successBefore) return undefined;
  const publishes = isObject(object['status']) && typeof object['status']['observedGeneration'] === 'number';
  const metadataOnly = write.generation !== undefined && write.generation === write.generationBefore;
  if (publishes && !metadataOnly) return undefined;
  const until = quietSince(object, observation, write) + settleSeconds * 1000;
  return now >= until ? undefined : { text: `settling until ${new Date(until).toISOString()}`, until };
}

export function uidOf(object: JsonObject): string | undefined {
  const { uid } = metadataOf(object);
  return typeof uid === 'string' ? uid : undefined;
}

export function metadataOf(object: JsonObject): JsonObject {
  return isObject(object['metadata']) ? object['metadata'] : {};
}

function resourceVersionOf(object: JsonObject): string {
  const { resourceVersion } = metadataOf(object);
  return typeof resourceVersion === 'string' ? resourceVersion : '';
}

/** Resource versions are opaque by contract and ordered numbers in fact; where one is not a number nothing is concluded. */
function compareVersions(left: string, right: string): number | undefined {
  if (!/^\d+$/.test(left) || !/^\d+$/.test(right)) return undefined;
  const [a, b] = [BigInt(left), BigInt(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}
