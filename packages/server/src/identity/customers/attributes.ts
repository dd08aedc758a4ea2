/** Members of a user that a portal and a provider make up. */
import { badRequest } from '../../errors.js';
import type { Findings } from './fields.js';

/** All of one user's together. Characters, as PostgreSQL writes the JSON. */
const MOST_CHARACTERS = 16 * 1024;
const TOO_LONG = `must not have more than ${MOST_CHARACTERS} characters in all`;

/** Those of a new user. */
export function checkAttributes(findings: Findings, attributes: Record<string, string>): void {
  if (JSON.stringify(attributes).length > MOST_CHARACTERS) findings.add('attributes', 'invalid-length', TOO_LONG);
}

/** After a change, which adds to those that there were. @throws DomainError bad_request */
export function requireLength(characters: number): void {
  if (characters <= MOST_CHARACTERS) return;
  throw badRequest('invalid-length', `Invalid request: field attributes ${TOO_LONG}; what there was before counts, too.`, [
    { field: 'attributes', code: 'invalid-length', message: TOO_LONG },
  ]);
}
