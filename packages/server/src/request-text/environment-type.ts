/** The type of an environment, as a request names it. */
import { ENVIRONMENT_TYPES } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { badRequest } from '../errors.js';

/** In any letter case. @throws DomainError bad_request for a type that does not exist; names the field `environmentType` */
export function environmentTypeOf(text: string): string {
  const type = ENVIRONMENT_TYPES.find((known) => known === text.trim().toUpperCase());
  if (type !== undefined) return type;
  const message = `must be one of ${ENVIRONMENT_TYPES.join(', ')}`;
  throw badRequest('unknown-environment-type', `Invalid request: environmentType "${cut(text)}" ${message}.`, [
    { field: 'environmentType', code: 'invalid-enum-value', message },
  ]);
}
