/** Refusals that another moment has not. */
import type { DomainError } from '../../errors.js';

/** "Not now" of the arbiter, of a cell or of a limit; all else would be refused the next time, too. */
export function mustWait({ code, kind }: DomainError): boolean {
  return code === 'conflicting-operation' || code === 'another-cluster' || kind === 'unavailable' || kind === 'too_many_requests';
}
