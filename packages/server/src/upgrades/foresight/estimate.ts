/** How long a path is likely to take. Pure. */

/** Seconds of a path with these waves; null where no upgrade or modify of the plan has been seen, so that nobody knows. */
export function estimateSeconds(input: {
  waveSizes: number[];
  maxConcurrent: number;
  /** Of one instance; null: unknown. */
  medianSeconds: number | null;
  soakSeconds: number;
}): number | null {
  const { waveSizes, maxConcurrent, medianSeconds, soakSeconds } = input;
  if (medianSeconds === null) return null;
  const turns = waveSizes.reduce((sum, size) => sum + Math.ceil(size / maxConcurrent), 0);
  return Math.round(turns * medianSeconds + waveSizes.length * soakSeconds);
}
