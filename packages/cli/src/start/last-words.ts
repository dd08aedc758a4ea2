/** What a server said before it ended, for the person who started it. */

/** So much of a log is kept, in characters. */
const MEMORY = 8000;

/** The log so far with a piece more. Requests are left out: they tell nothing of an end, and push out what does. */
export function remembered(log: string, piece: string): string {
  // Not parsed: this is done with every piece of a busy server's log.
  return (log + piece)
    .split('\n')
    .filter((line) => !line.endsWith('"msg":"request"}'))
    .join('\n')
    .slice(-MEMORY);
}

/** What a person should read of it: messages of JSON lines, other lines as they are; the last six. */
export function lastWords(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) return '  (none)';
  return lines
    .slice(-6)
    .map((line) => {
      const { msg, error } = parsed(line) ?? {};
      return `  ${msg ?? line}${error === undefined ? '' : `: ${error}`}`;
    })
    .join('\n');
}

function parsed(line: string): { msg?: string; error?: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as { msg?: string; error?: string };
  } catch {
    return undefined;
  }
}
