/** The threads of this process in which plan specs are checked. */
import { badRequest, tooManyRequests } from '../errors.js';
import { openThreads, ThreadsBusyError, TooCostlyError } from '../threads/threads.js';
import type { SpecFindings } from './checked-spec.js';

const LIMITS = { threads: 2, waiting: 16, milliseconds: 20_000, megabytes: 512 };
/** Seconds after which a client may try again. */
const RETRY_AFTER = 5;

// Node 20 runs no TypeScript in a thread: what runs as a source (a test) uses the built one, as programs that tests start do.
const built = import.meta.url.replace(/\/src\/catalog\/spec-threads\.ts$/, '/dist/catalog/spec-threads.js');
const threads = openThreads<Uint8Array, SpecFindings>(new URL('./spec-thread.js', built), LIMITS);

/**
 * All that is found in a spec.
 * @throws DomainError bad_request for one that takes too much time, memory or stack; too_many_requests while too many wait
 */
export async function checkInThread(bytes: Uint8Array): Promise<SpecFindings> {
  try {
    return await threads.run(bytes);
  } catch (error) {
    if (error instanceof ThreadsBusyError)
      throw tooManyRequests(
        'specs-waiting',
        `${LIMITS.threads} plan specs are being checked and ${LIMITS.waiting} wait; send the request again in ${RETRY_AFTER} seconds.`,
        RETRY_AFTER,
      );
    if (!(error instanceof TooCostlyError)) throw error;
    throw badRequest(
      'spec-too-costly',
      `Invalid request: checking the plan spec was given up: ${error.message}. Make it smaller: fewer aliases, levels, tasks, and patterns that can be decided.`,
    );
  }
}
