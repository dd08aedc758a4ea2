import type { CallOptions } from './model.js';

/** One call, whose time covers its discovery and its request. `deadline`: monotonic milliseconds. */
export interface Call extends CallOptions {
  deadline: number;
}

/** Milliseconds that are left of the call's time. */
export function left(call: Call): number {
  return call.deadline - performance.now();
}

/** The only value that the API server knows. */
export function dryRunOf({ dryRun }: CallOptions): string | undefined {
  return dryRun === true ? 'All' : undefined;
}
