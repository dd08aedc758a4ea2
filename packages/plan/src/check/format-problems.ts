import type { Problem } from '../problem.js';

/** What the printing of problems needs besides them. */
export interface ProblemSource {
  /** Name of the file, as the user gave it. */
  file: string;
  /** The text that was built; without it no lines are quoted. */
  source?: string;
}

const TAB_WIDTH = 4;
const LINE_WIDTH = 160;

/**
 * Problems as a compiler prints them: `file:line:column: severity[code]: message`, the line of the text with a caret under
 * the place, then path and cure, and a summary at the end. No colours; control characters of the text are not printed.
 */
export function formatProblems(problems: readonly Problem[], { file, source }: ProblemSource): string {
  const lines = source?.split(/\r\n|\n/);
  const blocks = problems.map((problem) => formatProblem(problem, file, lines));
  return [...blocks, summary(problems)].join('\n');
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

function summary(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  if (problems.length === 0) return 'No problems.';
  return `${counted(errors, 'error')}, ${counted(warnings, 'warning')}.`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
