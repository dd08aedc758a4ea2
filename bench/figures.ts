/** The value below which a share (0 to 1) of the figures lies; the nearest of them, not an interpolation. */
export function quantile(figures: number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(figures: number[]): number {
  return quantile(figures, 0.5);
}

/** The smallest and the largest, for people. */
export function range(figures: number[], digits: number): string {
  return `${quantile(figures, 0).toFixed(digits)} to ${quantile(figures, 1).toFixed(digits)}`;
}
