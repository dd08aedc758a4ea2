/** Searching in a log, and how its lines are shown. Pure. */
import type { LogLine } from '@cellplane/api';

export interface FoundLine {
  line: LogLine;
  /** Its place among all lines. */
  index: number;
}

/** Lines that have the words, each of them, in any letter case. */
export function linesWith(lines: readonly LogLine[], search: string): FoundLine[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const all = lines.map((line, index) => ({ line, index }));
  return words.length === 0 ? all : all.filter(({ line }) => words.every((word) => line.text.toLowerCase().includes(word)));
}

/** The text cut where the words stand, every second part being one of them. */
export function cutAt(text: string, search: string): string[] {
  const words = search.split(/\s+/).filter(Boolean);
  if (words.length === 0) return [text];
  const pattern = words.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('|');
  return text.split(new RegExp(`(${pattern})`, 'gi'));
}

/** What is worse than usual, as most programs say it. */
export function levelOf(text: string): 'bad' | 'odd' | undefined {
  if (/\b(?:error|fatal|panic|critical)\b|"level":"(?:error|fatal)"/i.test(text)) return 'bad';
  return /\bwarn(?:ing)?\b/i.test(text) ? 'odd' : undefined;
}
