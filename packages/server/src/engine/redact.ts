import { type Cause, type ExpressionValues, type Json, type JsonObject, MASK } from '@cellplane/plan';

/**
 * Takes a run's secrets out of what is stored in clear or shown: API servers quote refused values, objects repeat them.
 * Very short secrets are left: masking every "1" would hide the message and protect nothing. Beside each secret go the forms in which
 * it is commonly repeated.
 */
export class Redactor {
  private readonly secrets: string[];
  private readonly numbers: ReadonlySet<string>;

  constructor(values: ExpressionValues) {
    const found = new Set<string>();
    for (const { value, secret } of Object.values(values)) if (secret === true) collect(value, found);
    this.numbers = new Set([...found].filter((text) => NUMBER.test(text)));
    this.secrets = [...found].sort((one, other) => other.length - one.length);
  }

  text(text: string): string {
    let masked = text;
    for (const secret of this.secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
    return masked;
  }

  /** Every text of them. */
  causes(causes: readonly Cause[]): Cause[] {
    const text = (one: string) => this.text(one);
    return causes.map((one) => ({
      ...one,
      cause: text(one.cause),
      object: text(one.object),
      objects: one.objects.map(text),
      words: text(one.words),
      cure: text(one.cure),
      more: one.more.map(text),
    }));
  }

  /** `numbers`: those that are secrets, too. Not for what is read back: there any number may happen to be the same. */
  json<T extends Json>(value: T, numbers: 'numbers' | 'texts' = 'texts'): T {
    return this.secrets.length === 0 ? value : (this.walk(value, numbers === 'numbers') as T);
  }

  /**
   * Whether a secret of the run is somewhere in it. A short one must stand by itself: the password "postgres" is not in
   * "postgresql:16", but it is in "postgres://app:postgres@db".
   */
  holds(value: Json): boolean {
    if (typeof value === 'number') return this.numbers.has(String(value));
    if (typeof value === 'string') return this.secrets.some((secret) => contains(value, secret));
    return typeof value === 'object' && value !== null && Object.values(value).some((inner) => this.holds(inner));
  }

  private walk(value: Json, numbers: boolean): Json {
    if (typeof value === 'string') return this.text(value);
    if (numbers && typeof value === 'number') return this.numbers.has(String(value)) ? MASK : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((inner) => this.walk(inner, numbers));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.walk(inner, numbers)]));
  }
}

const SHORTEST = 4;
/** Characters from which on a text is not found inside another word by chance. */
const LONG = 10;

function contains(text: string, secret: string): boolean {
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    const around = `${text.charAt(at - 1)}${text.charAt(at + secret.length)}`;
    if (secret.length >= LONG || !/[\p{L}\p{N}]/u.test(around)) return true;
  }
  return false;
}

/** A number as it is written. */
const NUMBER = /^-?[0-9]{1,30}(?:\.[0-9]{1,30})?$/;
/** A text that may hold others: what a list or an object of secrets is as long as nobody has read it. Longer ones are not read for this. */
const MOST_JSON = 100_000;

function collect(value: Json, found: Set<string>): void {
  if (typeof value === 'number') collect(String(value), found);
  else if (typeof value === 'string') {
    if (value.length < SHORTEST) return;
    for (const form of formsOf(value)) if (form.length >= SHORTEST) found.add(form);
    if (/^\s*[[{]/.test(value) && value.length <= MOST_JSON) collectParts(value, found);
  } else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner, found);
}

/** A secret, and what commonly stands for it: encoded, quoted, in other letters, as a number. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const number = NUMBER.test(secret.trim()) ? [String(Number(secret))] : [];
  return [
    secret,
    secret.trim(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    // As a JSON text quotes it, and an address.
    JSON.stringify(secret).slice(1, -1),
    // A lone half of a surrogate pair stands in no address.
    ...(/\p{Cs}/u.test(secret) ? [] : [encodeURIComponent(secret)]),
    // A short word in other letters is another word.
    ...(secret.length < LONG ? [] : [secret.toUpperCase(), secret.toLowerCase()]),
    ...number,
  ];
}

function collectParts(text: string, found: Set<string>): void {
  try {
    collect(JSON.parse(text) as Json, found);
  } catch {
    // It only looked like one.
  }
}

/** An object as it may be shown: a Secret's data masked, whoever made it. */
export function maskObject<T extends Json>(object: T): T {
  if (typeof object !== 'object' || object === null || Array.isArray(object) || object.kind !== 'Secret' || object.apiVersion !== 'v1')
    return object;
  const masked: JsonObject = { ...object };
  for (const key of ['data', 'stringData']) {
    const data = masked[key];
    if (typeof data === 'object' && data !== null) masked[key] = Object.fromEntries(Object.keys(data).map((name) => [name, MASK]));
  }
  return masked as T;
}
