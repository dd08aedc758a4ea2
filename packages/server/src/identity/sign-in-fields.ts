/**
 * What a sign-in must have, refused under the names and in the words of the framework behind the reference's API (Goa's
 * validation: `invalid_format`, `invalid_length`): its clients show them and compare them.
 */
import { cut } from '@cellplane/plan';
import { DomainError, type ErrorDetail, type ErrorKind } from '../errors.js';

/** 64 characters, "@" and 255: the most that mail has. */
const EMAIL_MAX = 320;

interface Finding extends ErrorDetail {
  kind: ErrorKind;
}

/** @throws DomainError invalid_format or invalid_length (both 400), naming every wrong field */
export function checkSignIn(body: { email: string; password?: string }): asserts body is { email: string; password: string } {
  const tooLong = tooLongEmail(body.email);
  // A text of any length is not looked at further.
  const email = tooLong.length > 0 ? tooLong : [...wrongEmail(body.email), ...tooShort('email', body.email)];
  const findings = [...email, ...tooShort('password', body.password ?? '')];
  const first = findings[0];
  if (first === undefined) return;
  const details = findings.map(({ kind, ...detail }) => ({ ...detail, code: kind.replaceAll('_', '-') }));
  throw new DomainError(first.kind, details[0]?.code ?? '', findings.map((finding) => finding.message).join('; '), details);
}

function wrongEmail(email: string): Finding[] {
  const trimmed = email.trim();
  if (/^[^\s@<>]+@[^\s@<>]+$/.test(trimmed)) return [];
  const why = trimmed === '' ? 'no address' : trimmed.includes('@') ? 'no angle-addr' : "missing '@' or angle-addr";
  const message = `body.email must be formatted as a email but got value ${JSON.stringify(cut(email))}, mail: ${why}`;
  return [{ kind: 'invalid_format', field: 'email', message }];
}

function tooLongEmail(email: string): Finding[] {
  if (email.length <= EMAIL_MAX) return [];
  const message = `length of body.email must be lesser or equal than ${EMAIL_MAX} but got value ${JSON.stringify(cut(email))} (len=${email.length})`;
  return [{ kind: 'invalid_length', field: 'email', message }];
}

function tooShort(field: string, value: string): Finding[] {
  if (value !== '') return [];
  const message = `length of body.${field} must be greater or equal than 1 but got value "" (len=0)`;
  return [{ kind: 'invalid_length', field, message }];
}
