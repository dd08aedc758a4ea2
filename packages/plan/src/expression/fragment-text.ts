import type { Json } from '../json.js';
import { type Fragment, isText, type Part, type ResolvedValue } from './fragment.js';
import { valueText } from './value-text.js';

/** What stands where a secret was. */
export const MASK = '***';

/** The fragment as one text, numbers in plain decimal, lists and objects as JSON. Secrets are in clear. */
export function fragmentText(fragment: Fragment): string {
  return fragment.parts.map((part) => (isText(part) ? part.text : valueText(part.value))).join('');
}

/** The typed value if the fragment is exactly one value, else its text. Secrets are in clear. */
export function fragmentValue(fragment: Fragment): Json {
  const [first] = fragment.parts;
  if (first !== undefined && fragment.parts.length === 1 && !isText(first)) return first.value;
  return fragmentText(fragment);
}

/** The fragment as it may be shown, logged and stored in clear: every secret value replaced by `***`. */
export function maskFragment(fragment: Fragment): Fragment {
  return { parts: fragment.parts.map((part) => (isSecretPart(part) ? { ...part, value: MASK } : part)) };
}

/** True if any part is a secret. */
export function isSecret(fragment: Fragment): boolean {
  return fragment.parts.some(isSecretPart);
}

/** True if any part was read from an object that the tenant can write. */
export function isTainted(fragment: Fragment): boolean {
  return fragment.parts.some((part) => !isText(part) && part.tainted === true);
}

/** A fragment of the author's own text. */
export function textFragment(text: string): Fragment {
  return { parts: text === '' ? [] : [{ text }] };
}

function isSecretPart(part: Part): part is ResolvedValue {
  return !isText(part) && part.secret === true;
}
