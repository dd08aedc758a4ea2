/** What a failed run says, and what its causes say, each said once. Pure. */

/**
 * The message of a run without the words of these causes, which stand under it: servers put them at its end, as
 * "…; Cluster/orders says in status.message: no space left".
 */
export function withoutCauses(message: string, causes: readonly { words: string }[]): string {
  let rest = message;
  for (const { words } of causes) {
    const at = words === '' ? -1 : rest.indexOf(words);
    const cut = at < 0 ? -1 : rest.lastIndexOf('; ', at);
    if (cut > 0 && rest.slice(at + words.length).replace(/[.\s]+/g, '') === '') rest = rest.slice(0, cut);
  }
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
