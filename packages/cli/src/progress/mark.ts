/** How a step or task is marked wherever one is shown: its sign and its ANSI colour. */
export type Mark = 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'skipped';

export const MARKS: Record<Mark, [sign: string, color: number]> = {
  pending: ['·', 90],
  running: ['▸', 36],
  waiting: ['…', 33],
  done: ['✓', 32],
  failed: ['✗', 31],
  skipped: ['–', 90],
};
