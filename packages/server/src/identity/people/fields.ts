/** What a request says of people, read or refused by name. */
import { PRODUCT_ROLES, PROVIDER_ROLES, type ProviderRole } from '@cellplane/api';
import { badRequest, type DomainError } from '../../errors.js';
import { readEmail } from '../email.js';
import { PASSWORD_MAX_BYTES, PASSWORD_MIN } from '../password.js';

const NAME_MAX = 100;
const PRODUCTS_MAX = 200;

/** A mail address in lower case. ASCII only: what looks like another address is none. @throws DomainError bad_request */
export function emailOf(text: string): string {
  const email = readEmail(text);
  if (email !== undefined) return email;
  throw wrong('email', 'invalid-email', 'must be a mail address of ASCII characters, for example mia@example.com');
}

/** @throws DomainError bad_request */
export function roleOf(text: string, field: string): ProviderRole {
  const role = PROVIDER_ROLES.find((one) => one === text.trim().toLowerCase());
  if (role !== undefined) return role;
  throw wrong(field, 'invalid-enum-value', `must be one of ${PROVIDER_ROLES.join(', ')}`);
}

/** The products that a role is for: none for a role that is for all of them. @throws DomainError bad_request */
export function serviceIdsOf(role: ProviderRole, given: readonly string[] | undefined): string[] {
  const ids = [...new Set(given)];
  if (!(PRODUCT_ROLES as readonly string[]).includes(role)) {
    if (ids.length === 0) return [];
    throw wrong('serviceIds', 'products-not-allowed', `must be left out: the role ${role} is for all products`);
  }
  if (ids.length > 0 && ids.length <= PRODUCTS_MAX) return ids;
  throw wrong('serviceIds', 'products-needed', `must name the products that the role ${role} is for: 1 to ${PRODUCTS_MAX} ids of services`);
}

/** @throws DomainError bad_request */
export function personNameOf(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= NAME_MAX && !/\p{Cc}/u.test(name)) return name;
  throw wrong('name', 'invalid-length', `must have 1 to ${NAME_MAX} characters, on one line`);
}

/** @throws DomainError bad_request */
export function requirePassword(password: string): void {
  if (password.length >= PASSWORD_MIN && Buffer.byteLength(password) <= PASSWORD_MAX_BYTES) return;
  throw wrong('password', 'invalid-length', `must have ${PASSWORD_MIN} characters at least, and ${PASSWORD_MAX_BYTES} bytes at most`);
}

function wrong(field: string, code: string, message: string): DomainError {
  return badRequest(code, `Invalid request: field ${field} ${message}.`, [{ field, code, message }]);
}
