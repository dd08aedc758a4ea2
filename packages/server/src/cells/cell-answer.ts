/** A request that asks a cell something, and cannot be answered without it. */
import { ApiError } from '@cellplane/kubernetes';
import { DomainError } from '../errors.js';

/**
 * What `ask` answers. `so`: what follows where the cell does not answer, as `it cannot be said what would change`.
 * @throws DomainError unavailable `cell-away`, with the cell's own words, for whatever its API server refuses or leaves unanswered
 */
export async function answering<T>(cell: { key: string; so: string }, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const says = error.status === 0 ? 'does not answer' : `answers with ${error.status}`;
    throw new DomainError('unavailable', 'cell-away', `Cell ${cell.key} ${says}, so ${cell.so}: ${error.message}`, [], { cause: error });
  }
}
