/**
 * How Kubernetes reads an unquoted YAML scalar (sigs.k8s.io/yaml 1.6, YAML 1.1 rules of go-yaml 2): the one table for
 * literals of a manifest and for the text of a value that stands there unquoted.
 *
 * | text | read as |
 * |---|---|
 * | nothing, `~`, `null`, `Null`, `NULL` | null |
 * | `y`, `yes`, `on`, `true` and `n`, `no`, `off`, `false`, each also capitalised or in capitals | boolean |
 * | `12`, `+12`, `-12`, `1_000` | integer |
 * | `0x1F`, `0b11`, `0o17`, `017`, with sign and underscores | integer of base 16, 2, 8, 8 |
 * | `1.5`, `.5`, `1.`, `1e3`, `08` | number |
 * | `.inf`, `.nan`, `1e400`, integers beyond ±2^53 | text: JSON has no such number, or JavaScript would round it |
 * | dates, times, `1:30`, everything else | text |
 */
export type PlainScalar = string | number | boolean | null;

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const TRUES = spellings(['y', 'yes', 'on', 'true']);
const FALSES = spellings(['n', 'no', 'off', 'false']);

const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const DECIMAL = /^[-+]?(?:0|[1-9]\d*)$/;
const BASED = /^([-+]?)0(?:([xX])([0-9a-fA-F]+)|([bB])([01]+)|[oO]?([0-7]+))$/;

/** The value of an unquoted scalar. */
export function resolvePlainScalar(text: string): PlainScalar {
  if (NULLS.has(text)) return null;
  return resolveNumberOrBoolean(text);
}

/** The same without null: for scalars that are put together from literal text and values. */
export function resolveNumberOrBoolean(text: string): string | number | boolean {
  if (TRUES.has(text)) return true;
  if (FALSES.has(text)) return false;
  return resolveNumber(text) ?? text;
}

/** The key that Kubernetes makes of an unquoted scalar: `yes` is `true`, `0x10` is `16`; undefined for null, which it refuses. */
export function resolvePlainKey(text: string): string | undefined {
  const value = resolvePlainScalar(text);
  return value === null ? undefined : String(value);
}

function resolveNumber(text: string): number | undefined {
  // No number is longer than this and still exact; megabytes of digits are not looked at.
  if (text.length > 400 || !/^[-+.\d]/.test(text)) return undefined;
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  if (DECIMAL.test(digits)) return safeInteger(Number(digits));
  const based = BASED.exec(digits);
  if (based !== null) {
    const [, sign, , hexadecimal, , binary, octal] = based;
    const value =
      hexadecimal !== undefined
        ? Number.parseInt(hexadecimal, 16)
        : binary !== undefined
          ? Number.parseInt(binary, 2)
          : Number.parseInt(octal ?? '', 8);
    return safeInteger(sign === '-' ? -value : value);
  }
  if (!FLOAT.test(digits)) return undefined;
  const value = Number(digits);
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

function safeInteger(value: number): number | undefined {
  if (!Number.isSafeInteger(value)) return undefined;
  return value === 0 ? 0 : value;
}

function spellings(words: string[]): Set<string> {
  return new Set(words.flatMap((word) => [word, `${word.charAt(0).toUpperCase()}${word.slice(1)}`, word.toUpperCase()]));
}
