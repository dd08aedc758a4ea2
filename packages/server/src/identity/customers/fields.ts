/** What people write of themselves, checked. Pure. */
import { badRequest, type ErrorDetail } from '../../errors.js';
import { EMAIL_MAX, readEmail } from '../email.js';
import { PASSWORD_MAX_BYTES, PASSWORD_MIN } from '../password.js';

const NAME_MAX = 200;

/** Finds what is wrong with several fields, and names each. */
export class Findings {
  readonly details: ErrorDetail[] = [];

  email(text: string): string {
    const email = readEmail(text);
    if (email === undefined)
      this.add('email', 'invalid-format', `must be an e-mail address of ASCII characters, ${EMAIL_MAX} at most, such as ada@example.com`);
    return email ?? '';
  }

  password(text: string, field = 'password'): string {
    if (text.length < PASSWORD_MIN) this.add(field, 'invalid-length', `must have at least ${PASSWORD_MIN} characters`);
    if (Buffer.byteLength(text) > PASSWORD_MAX_BYTES)
      this.add(field, 'invalid-length', `must not have more than ${PASSWORD_MAX_BYTES} bytes`);
    return text;
  }

  name(text: string, field: string): string {
    const name = text.trim();
    if (name === '') this.add(field, 'missing-field', 'must not be empty');
    if (name.length > NAME_MAX) this.add(field, 'invalid-length', `must not have more than ${NAME_MAX} characters`);
    if (/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(name)) this.add(field, 'invalid-format', 'must not hold control characters');
    return name;
  }

  /** An address of the web, with or without https://. Empty: none. */
  url(text: string, field: string): string {
    const url = text.trim();
    const full = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
    if (url !== '' && (url.length > 2_000 || /\s/.test(url) || !URL.canParse(full) || !/^https?:$/.test(new URL(full).protocol)))
      this.add(field, 'invalid-format', 'must be an http or https address, such as https://example.com');
    return url;
  }

  add(field: string, code: string, message: string): void {
    this.details.push({ field, code, message });
  }

  /** @throws DomainError bad_request that names every wrong field */
  refuse(): void {
    const [first] = this.details;
    if (first === undefined) return;
    const list = this.details.map(({ field, message }) => `field ${field} ${message}`).join('; ');
    throw badRequest(first.code ?? 'invalid-request', `Invalid request: ${list}.`, this.details);
  }
}
