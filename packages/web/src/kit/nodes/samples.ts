/** What was measured while the page is open: nothing is kept of it but here. Pure. */
import type { InstanceMetrics } from '@cellplane/api';

export interface Reading {
  /** Epoch seconds. */
  at: number;
  /** By node. */
  used: Readonly<Record<string, { cpu: number; memory: number }>>;
}

/** An hour of them. */
const MOST_READINGS = 240;

/** Adds what was measured, unless it is what was measured last. */
export function withReading(
  before: readonly Reading[],
  { samples, readAt }: Pick<InstanceMetrics, 'samples' | 'readAt'>,
): readonly Reading[] {
  const newest = samples.map(({ at }) => Date.parse(at)).filter((time) => !Number.isNaN(time));
  const at = Math.max(...newest, newest.length === 0 ? Date.parse(readAt) : 0) / 1_000;
  const last = before.at(-1);
  if (samples.length === 0 || (last !== undefined && last.at >= at)) return before;
  const used = Object.fromEntries(samples.map(({ node, cpu, memory }) => [node, { cpu, memory }]));
  return [...before, { at, used }].slice(-MOST_READINGS);
}

/** Nodes that were measured, in the order of their names. */
export function nodesOf(readings: readonly Reading[]): string[] {
  const names = new Set(readings.flatMap(({ used }) => Object.keys(used)));
  return [...names].toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/** The line of a node; null where it was not measured. */
export function lineOf(readings: readonly Reading[], node: string, what: 'cpu' | 'memory'): (number | null)[] {
  return readings.map(({ used }) => used[node]?.[what] ?? null);
}
