/** Findings of an instance or a cell, as describe shows them: what is wrong, since when, and what may be typed then. */

export interface ShownFinding {
  code: string;
  message: string;
  since: string;
  commands?: string[] | undefined;
}

const BEFORE_COMMANDS = ['type', 'or', 'or else'];

/** One member for each, named after its code; `first` stands before its first command. */
export function findingFields(
  findings: ShownFinding[],
  first: readonly string[] = BEFORE_COMMANDS,
): Record<string, Record<string, string>> {
  return Object.fromEntries(
    findings.map(({ code, message, since, commands = [] }) => [
      code.replaceAll('-', ' '),
      {
        what: message,
        found: since,
        ...Object.fromEntries(commands.map((command, at) => [first[at] ?? `or else ${at - first.length + 2}`, command])),
      },
    ]),
  );
}
