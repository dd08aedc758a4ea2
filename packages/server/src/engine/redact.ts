import { type Cause, type ExpressionValues, type Json, type JsonObject, MASK } from '@cellplane/plan';

/**
 * Takes a run's secrets out of what is stored in clear or shown: API servers quote refused values, objects repeat them.
 * Very short secrets are left: masking every "1" would hide the message and protect nothing.
 */
export class Redactor {
  private readonly secrets: string[];

  constructor(values: ExpressionValues) {
    const found = new Set<string>();
    for (const { value, secret } of Object.values(values)) if (secret === true) collect(value, found);
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

  json<T extends Json>(value: T): T {
    return this.secrets.length === 0 ? value : (this.walk(value) as T);
  }

  /**
   * Whether a secret of the run is somewhere in it. A short one must stand by itself: the password "postgres" is not in
   * "postgresql:16", but it is in "postgres://app:postgres@db".
   */
  holds(value: Json): boolean {
    if (typeof value === 'string') return this.secrets.some((secret) => contains(value, secret));
    return typeof value === 'object' && value !== null && Object.values(value).some((inner) => this.holds(inner));
  }

  private walk(value: Json): Json {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((inner) => this.walk(inner));
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.walk(inner)]));
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

function collect(value: Json, found: Set<string>): void {
  if (typeof value === 'string') {
    if (value.length < SHORTEST) return;
    found.add(value);
    found.add(Buffer.from(value, 'utf8').toString('base64'));
    // As a JSON text quotes it.
    found.add(JSON.stringify(value).slice(1, -1));
  } else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner, found);
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
