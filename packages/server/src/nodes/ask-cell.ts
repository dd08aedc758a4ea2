/** The cell of an instance is asked: within seconds, and with an answer that says what to do if there is none. */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import type { Cell, Cells } from '../cells/cell.js';
import { DomainError } from '../errors.js';
import type { Audience } from '../identity/audience.js';
import type { InstanceRow } from '../instances/store.js';

/** Of one call to a cell. Milliseconds. */
export const CALL_MS = 5_000;

/** What was asked for, in the words of a refusal: `the logs of pg-1`, and the right that it takes. */
export interface Asked {
  what: string;
  /** As docs/kubernetes-access.md has it: `pods/log: get`. */
  right: string;
}

/**
 * What `ask` answers.
 * @throws DomainError unavailable where the cell gives no answer: its words for the provider, and for customers none that name the cell
 */
export async function askCell<T>(
  cells: Pick<Cells, 'client' | 'find'>,
  { instance, audience, asked }: { instance: Pick<InstanceRow, 'id' | 'cellId'>; audience: Audience; asked: Asked },
  ask: (client: KubernetesClient, cell: Cell) => Promise<T>,
): Promise<T> {
  const cell = await cells.find(instance.cellId);
  try {
    return await ask(await cells.client(instance.cellId), cell);
  } catch (error) {
    // Its address leads to another cluster: that says itself what to do, to those whose cell it is.
    const isForProvider = audience === 'FLEET';
    if (error instanceof DomainError && error.kind === 'unavailable' && !isForProvider) throw away(instance, asked, error);
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403 || error.status === 401) throw refused(cell, asked, isForProvider, error);
    if (!isForProvider) throw away(instance, asked, error);
    const says = error.status === 0 ? 'does not answer' : `answers with ${error.status}`;
    throw new DomainError(
      'unavailable',
      'cell-away',
      `Cell ${cell.key} ${says}, so ${asked.what} cannot be read: ${error.message}. "cellplane deployment-cell describe ${cell.key}" says how it stands.`,
      [],
      { cause: error },
    );
  }
}

function away({ id }: { id: string }, { what }: Asked, cause: Error): DomainError {
  return new DomainError(
    'unavailable',
    'cell-away',
    `Where ${id} runs does not answer now, so ${what} cannot be read. Try again in a minute; if it lasts, tell your provider.`,
    [],
    { cause },
  );
}

function refused(cell: Cell, { what, right }: Asked, isForProvider: boolean, cause: Error): DomainError {
  const message = isForProvider
    ? `The account of cell ${cell.key} may not read ${what}: give it ${right} (docs/kubernetes-access.md; "cellplane doctor --cluster-role" prints the role).`
    : `${what.charAt(0).toUpperCase()}${what.slice(1)} cannot be read where this instance runs: your provider has to allow it.`;
  return new DomainError('unavailable', 'cell-refuses', message, [], { cause });
}
