/** The last words of a piece of work: bounded, and without its secrets. */

/** Characters that are kept with the row. */
const KEPT = 16_384;
/** Characters that are held until they are masked: a secret may have come in two parts. */
const HELD = 4 * KEPT;

/** Replaces secrets in a text, also where it holds them as a Kubernetes Secret does. One or two letters are left: they protect nothing. */
export function masked(text: string, secrets: readonly string[]): string {
  return [...hidden(secrets)].reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

export interface LastWords {
  add(text: string): void;
  /** The end of the log as it may be stored and shown. */
  text(): string;
  /** Whether something came since the text was last read. */
  readonly changed: boolean;
}

export function lastWords(secrets: readonly string[]): LastWords {
  const longest = Math.max(0, ...hidden(secrets).map(({ length }) => length));
  let held = '';
  let isCut = false;
  let changed = false;
  return {
    add: (text) => {
      held += text;
      changed = changed || text !== '';
      if (held.length <= 2 * HELD + longest) return;
      held = held.slice(-(HELD + longest));
      isCut = true;
    },
    // At the cut there may be the end of a secret, which nothing recognizes any more.
    text: () => {
      changed = false;
      // PostgreSQL's text holds no NUL.
      return masked(isCut ? held.slice(longest) : held, secrets)
        .replaceAll('\0', '')
        .slice(-KEPT);
    },
    get changed() {
      return changed;
    },
  };
}

function hidden(secrets: readonly string[]): string[] {
  return secrets
    .filter((secret) => secret.length > 2)
    .flatMap((secret) => [secret, Buffer.from(secret, 'utf8').toString('base64')])
    .toSorted((one, other) => other.length - one.length);
}
