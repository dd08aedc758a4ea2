import type { CompiledPlan } from '@cellplane/plan';
import type { Screen } from '../progress/screen.js';
import type { Interruption } from '@cellplane/server/launch';

export interface SimulateInput {
  /** How the caller names the spec. */
  file: string;
  /** The spec's bytes, and the plan that they compile to. */
  spec: Buffer;
  plan: CompiledPlan;
  /** Names in `$secret.NAME` that are given example values. */
  secrets: string[];
  parameters: Record<string, unknown>;
  resource?: string;
  /** What operators that the simulated cell does not know do. */
  outcome: 'succeed' | 'fail' | 'hang';
  /** Every operation that the plan offers, and the delete at the end. */
  all: boolean;
  /** So long one step may take before it is given up. Milliseconds. */
  limitMs: number;
  screen: Screen;
  /** Ends it before its time. */
  interruption: Pick<Interruption, 'signal' | 'atOnce'>;
}
