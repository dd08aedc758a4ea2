/** Faults of one line that the YAML parser tells in words about the lines around. */
import type { SyntaxFault, YamlError } from './yaml-error.js';

/** Blanks that look like spaces, as text copied from a web page or a chat has them. */
const ODD_SPACE = /^[ \t]*([\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000])/;

/** A line indented with something that only looks like a space. */
export function oddSpaceFault(text: string, error: YamlError): SyntaxFault | undefined {
  const lines = text.split('\n');
  const from = Math.max(0, error.line - 2);
  const at = lines.slice(from, error.line + 1).findIndex((line) => ODD_SPACE.test(line));
  if (at === -1) return undefined;
  const line = lines[from + at] ?? '';
  const code = (ODD_SPACE.exec(line)?.[1]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return {
    code: 'yaml-odd-space',
    position: { line: from + at + 1, column: line.search(/[^ \t]/) + 1 },
    message: `The line is indented with the character U+${code}, which looks like a space and is none to YAML.`,
    cure: 'Indent with plain spaces.',
  };
}

/** A key whose colon is missing, or has no space behind it. */
export function colonFault(text: string, error: YamlError): SyntaxFault | undefined {
  if (error.code !== 'MULTILINE_IMPLICIT_KEY' && error.code !== 'MISSING_CHAR') return undefined;
  const line = text.split('\n')[error.line - 1] ?? '';
  const tight = /^\s*(?:- +)*([A-Za-z][\w-]*):([^\s:/].*)$/.exec(line);
  const none = /^\s*(?:- +)*([A-Za-z][\w-]*) +([^\s:][^:]*)$/.exec(line);
  const [, key, value] = tight ?? none ?? [];
  if (key === undefined || value === undefined) return undefined;
  return {
    code: 'yaml-missing-colon',
    position: { line: error.line, column: line.indexOf(key) + 1 },
    message: tight ? `The colon of \`${key}\` has no space behind it, so this is no key.` : 'The line has no colon, so it holds no key.',
    cure: `Write \`${key}: ${value.trim()}\`${tight ? '' : ', if that is meant'}.`,
  };
}
