/** The type of an environment, as a request names it. */
import { ENVIRONMENT_TYPES } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { badRequest } from '../errors.js';

type EnvironmentType = (typeof ENVIRONMENT_TYPES)[number];

/** Some clients write the reference's older word. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([['PRODUCTION', 'PROD']]);

/** The type, in any letter case; undefined where there is none of that name. */
export function knownEnvironmentType(text: string): EnvironmentType | undefined {
  const name = text.trim().toUpperCase();
  return ENVIRONMENT_TYPES.find((known) => known === (OTHER_WORDS.get(name) ?? name));
}

/** Undefined where none is given, or a blank. @throws DomainError bad_request for a type that does not exist */
export function givenEnvironmentType(text: string | undefined): EnvironmentType | undefined {
  return text === undefined || text.trim() === '' ? undefined : environmentTypeOf(text);
}

/** In any letter case. @throws DomainError bad_request for a type that does not exist; names the field `environmentType` */
export function environmentTypeOf(text: string): EnvironmentType {
  const type = knownEnvironmentType(text);
  if (type !== undefined) return type;
  const message = `must be one of ${ENVIRONMENT_TYPES.join(', ')}`;
  throw badRequest('unknown-environment-type', `Invalid request: environmentType "${cut(text)}" ${message}.`, [
    { field: 'environmentType', code: 'invalid-enum-value', message },
  ]);
}
