/**
 * The candidate that the author most likely meant, ignoring case and separators; undefined if none is close. Close means an
 * edit distance (insert, delete, replace, swap neighbours) of at most a third of the length, or one being the other's beginning.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = squash(word);
  if (wanted === '' || wanted.length > 80) return undefined;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  let prefix: string | undefined;
  for (const candidate of candidates) {
    const known = squash(candidate);
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, known.length) / 3));
    const distance = Math.abs(known.length - wanted.length) > limit ? Number.POSITIVE_INFINITY : editDistance(wanted, known);
    if (distance <= limit && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
    if (Math.min(known.length, wanted.length) >= 3 && (known.startsWith(wanted) || wanted.startsWith(known))) prefix ??= candidate;
  }
  return best ?? prefix;
}

/** A sentence for `cure`: "Did you mean `x`?", else the list of what is allowed if it is short, else the fallback. */
export function didYouMean(word: string, candidates: readonly string[], fallback: string): string {
  const best = suggest(word, candidates);
  if (best !== undefined) return `Did you mean \`${best}\`?`;
  if (candidates.length > 0 && candidates.length <= 16) return `Use one of: ${candidates.join(', ')}.`;
  return fallback;
}

function squash(word: string): string {
  return word.toLowerCase().replaceAll(/[-_\s.]/g, '');
}

/** Edit distance with swaps of neighbours (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
