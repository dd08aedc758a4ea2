/** What a refusal of the API server, or of an admission webhook, says of fields that can never change. */
import type { ApiError } from '@cellplane/kubernetes';

/** How Kubernetes, its validation rules and operators say that a field of an object that is there stays as it is. */
const IMMUTABLE =
  /immutable|updates to [^.]{0,200} are forbidden|(?:can ?not|can't|may not|must not) (?:be )?(?:changed?|modif(?:y|ied)|updated?|shrink|decreased?|reduced?)/i;

/** A message of several faults, as Kubernetes joins them: `Kind "name" is invalid: [a.b: Invalid value: …, c: Forbidden: …]`. */
const FAULT = /(?:^|[[\s])([a-zA-Z][\w.[\]"/-]{0,200}): (?=Invalid value|Forbidden|Required value|Unsupported value)/g;

/** Paths of the fields that the refusal calls unchangeable, each once, in the API server's spelling. */
export function immutableFields({ causes, message }: Pick<ApiError, 'causes' | 'message'>): string[] {
  const told = causes.flatMap((cause) => (cause.field !== undefined && IMMUTABLE.test(cause.message ?? '') ? [cause.field] : []));
  if (told.length > 0) return [...new Set(told)];
  const faults = [...message.matchAll(FAULT)];
  const found = faults.flatMap((fault, at) => {
    const text = message.slice(fault.index, faults[at + 1]?.index ?? message.length);
    return IMMUTABLE.test(text) ? [fault[1] ?? ''] : [];
  });
  return [...new Set(found)];
}
