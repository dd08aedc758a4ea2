/** The value below which a share (0 to 1) of the figures lies; the nearest of them, not an interpolation. */
export function quantile(figures: number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(figures: number[]): number {
  return quantile(figures, 0.5);
}

export function mean(figures: number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

/** The smallest and the largest, for people. */
export function range(figures: number[], digits: number): string {
  return `${quantile(figures, 0).toFixed(digits)} to ${quantile(figures, 1).toFixed(digits)}`;
}

/** One line of the table that `npm run bench` prints, and what it was made from, for programs. */
export interface Measurement {
  benchmark: string;
  measured: string;
  /** In words, with whether it was met; nothing where there is none. */
  goal?: { text: string; met: boolean };
  figures: unknown;
}

/** Prints a measurement so that `npm run bench` finds it: a row of the table, and one line of JSON. */
export function record({ benchmark, measured, goal, figures }: Measurement): void {
  console.log(`RESULT ${benchmark} | ${measured} | ${goal?.text ?? ''} | ${goal === undefined ? '' : goal.met ? 'met' : 'not met'}`);
  console.log(`JSON ${JSON.stringify({ benchmark, at: new Date().toISOString(), goal, figures })}`);
}
