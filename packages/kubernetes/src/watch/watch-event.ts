import { ApiError } from '../failure/errors.js';
import type { KubernetesObject, WatchEvent } from '../model.js';
import { errorOfStatus } from '../failure/status.js';

/**
 * One line of a watch.
 * @throws ApiError: what an ERROR event says (`Expired` where the version is too old), or `InvalidAnswer` for a line that is no event
 */
export function readWatchLine(line: string, call: string, parse: (text: string) => unknown = JSON.parse): WatchEvent {
  let event: { type?: unknown; object?: unknown };
  try {
    event = parse(line) as typeof event;
  } catch (error) {
    throw new ApiError(`${call}: an event of the watch is not JSON`, 200, 'InvalidAnswer', 'unknown', [], undefined, { cause: error });
  }
  const { type, object } = event ?? {};
  if (type === 'ERROR') throw errorOfStatus(object, 500);
  const known = type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED' || type === 'BOOKMARK';
  if (!known || !isObject(object))
    throw new ApiError(`${call}: an event of the watch is of no known type`, 200, 'InvalidAnswer', 'unknown');
  if (type !== 'BOOKMARK') return { type, object };
  return { type, resourceVersion: object.metadata.resourceVersion ?? '' };
}

function isObject(value: unknown): value is KubernetesObject {
  if (typeof value !== 'object' || value === null) return false;
  const metadata = (value as { metadata?: unknown }).metadata;
  return typeof metadata === 'object' && metadata !== null;
}
