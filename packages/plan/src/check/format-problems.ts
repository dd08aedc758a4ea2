import type { Note, Problem } from '../problem.js';

/** What the printing of problems needs besides them. */
export interface ProblemSource {
  /** Name of the file, as the user gave it. */
  file: string;
  /** The text that was built; without it no lines are quoted. */
  source?: string;
  /** Keys that change nothing: told in one block after the problems. */
  notes?: readonly Note[];
}

const TAB_WIDTH = 4;
const LINE_WIDTH = 160;

/**
 * Problems as a compiler prints them: `file:line:column: severity[code]: message`, the line of the text with a caret under
 * the place, then path and cure, and a summary at the end. No colours; control characters of the text are not printed.
 */
export function formatProblems(problems: readonly Problem[], { file, source, notes = [] }: ProblemSource): string {
  const lines = source?.split(/\r\n|\n/);
  const blocks = problems.map((problem) => formatProblem(problem, file, lines));
  return [...blocks, ...(notes.length === 0 ? [] : [formatNotes(notes)]), summary(problems, notes)].join('\n');
}

function formatProblem(problem: Problem, file: string, lines: string[] | undefined): string {
  const { line, column } = problem.position;
  const printed = [`${file}:${line}:${column}: ${problem.severity}[${problem.code}]: ${printable(problem.message)}`];
  const text = lines?.[line - 1];
  if (text !== undefined && text.trim() !== '') {
    const gutter = `${String(line).padStart(5)} | `;
    const { shown, caret } = excerpt(text, column);
    printed.push(`${gutter}${shown}`, `${' '.repeat(gutter.length - 2)}| ${' '.repeat(caret)}^`);
  }
  if (problem.path !== '') printed.push(`      at ${printable(problem.path)}`);
  if (problem.cure !== '') printed.push(`      cure: ${printable(problem.cure)}`);
  return `${printed.join('\n')}\n`;
}

/** The part of a long line around a column, tabs as spaces, and where the caret goes under it. */
function excerpt(text: string, column: number): { shown: string; caret: number } {
  const from = column > LINE_WIDTH - 20 ? column - LINE_WIDTH / 2 : 0;
  const expand = (part: string): string => printable(part.replaceAll('\t', ' '.repeat(TAB_WIDTH)));
  const before = expand(text.slice(from, column - 1));
  const lead = from > 0 ? '…' : '';
  const end = from + LINE_WIDTH < text.length ? '…' : '';
  return { shown: `${lead}${before}${expand(text.slice(column - 1, from + LINE_WIDTH))}${end}`, caret: lead.length + before.length };
}

/** Control characters and line separators would move the terminal's cursor: each is replaced by one visible sign. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '�');
}

/** Further keys of a block that are named with it. */
const NAMED_WITHIN = 8;

/** Keys that change nothing, one line for each outermost one: where it stands, and what in it is in use. */
export function formatNotes(notes: readonly Pick<Note, 'key' | 'within' | 'places'>[]): string {
  const outermost = notes.filter((note) => note.key === note.within);
  const lines = outermost.map((note): [string, string] => {
    const inside = notes.filter((other) => other.within === note.key && other !== note);
    const names = inside
      .map((other) => printable(other.key.slice(note.key.length).replace(/^(\[\])?\.?/, '')))
      .filter((name) => !/[.[]/.test(name));
    const further = names.length > NAMED_WITHIN ? ` and ${names.length - NAMED_WITHIN} more` : '';
    const at = [...new Set(note.places.map((place) => place.position.line))];
    const where = `line${at.length === 1 ? '' : 's'} ${at.slice(0, NAMED_WITHIN).join(', ')}${at.length > NAMED_WITHIN ? ' …' : ''}`;
    return [printable(note.key), `${where}${names.length === 0 ? '' : `: ${names.slice(0, NAMED_WITHIN).join(', ')}${further}`}`];
  });
  const width = Math.min(48, Math.max(...lines.map(([key]) => key.length)));
  return [
    'note[stored-key]: these keys are kept with the plan and change nothing here:',
    ...lines.map(([key, rest]) => `      ${key.padEnd(width)}  ${rest}`),
    '',
  ].join('\n');
}

function summary(problems: readonly Problem[], notes: readonly Note[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const noted = notes.length === 0 ? '' : `, ${counted(notes.length, 'note')}`;
  if (problems.length === 0) return notes.length === 0 ? 'No problems.' : `No problems${noted}.`;
  return `${counted(errors, 'error')}, ${counted(warnings, 'warning')}${noted}.`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
