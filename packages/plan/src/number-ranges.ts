/** Ranges of numbers that more than one check needs: integers of a width, and ports. */

type Range = readonly [least: bigint, most: bigint];

export const INT32: Range = [-(2n ** 31n), 2n ** 31n - 1n];
export const INT64: Range = [-(2n ** 63n), 2n ** 63n - 1n];
export const UINT32: Range = [0n, 2n ** 32n - 1n];
export const UINT64: Range = [0n, 2n ** 64n - 1n];

export function isWithin(value: bigint, [least, most]: Range): boolean {
  return value >= least && value <= most;
}

/** The highest port of TCP and UDP. */
export const HIGHEST_PORT = 65_535;

/** True for the number of a port that something may listen on; 0 is none. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT;
}
