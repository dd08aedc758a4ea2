/** Patterns of CRDs, as the API server's Go reads them: in time that grows with the text alone. */
import { RE2JS } from 're2js';

/** Patterns that are kept compiled. */
const KEPT = 100;

/** Undefined for what is no pattern. */
const compiled = new Map<string, RE2JS | undefined>();

/** True if the pattern matches somewhere in the value. What is no pattern of RE2 matches everything: the API server refuses such a CRD. */
export function matches(pattern: string, value: string): boolean {
  const known = compiled.has(pattern) ? compiled.get(pattern) : compile(pattern);
  compiled.delete(pattern);
  compiled.set(pattern, known);
  const [oldest] = compiled.keys();
  if (compiled.size > KEPT && oldest !== undefined) compiled.delete(oldest);
  return known?.test(value) ?? true;
}

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined; // RE2's words are for the author of the CRD, whom the API server would have told
  }
}
