/** A simulated run as plain data: what each task would send, what it waits for, and how the run looked at each moment. */

export type Operators = 'succeed' | 'fail' | 'hang';

export interface SimulationInput {
  resource: string;
  verb: string;
  /** Key → text, of the resource's parameters and those of a custom workflow. */
  values: Record<string, string>;
  /** What the operators of the objects do once they are written. */
  operators: Operators;
}

export interface SimulatedTask {
  /** Id of its node. */
  id: string;
  name: string;
  action: string;
  kind: string;
  /** The name of the object. */
  object: string;
  /** YAML of what is sent, secrets masked. */
  manifest: string;
  /** What it waits for, with the values put in; absent: for nothing but the answer. */
  success?: string;
  failure?: string;
  /** The status that the simulated operator gave, as YAML. */
  status?: string;
  warnings: string[];
  /** Milliseconds from the beginning of the run. */
  beganAt: number;
  endedAt?: number;
  phase: string;
  message: string;
}

export interface SimulatedMoment {
  at: number;
  /** What happens then. */
  words: string;
  /** Id of a node → how it is from then on. */
  phases: Record<string, { phase: string; message: string }>;
}

export interface Simulation {
  /** Expressions without a value: such a run ends before its first task. */
  missing: string[];
  tasks: SimulatedTask[];
  moments: SimulatedMoment[];
  outcome: { phase: string; message: string; at: number };
  outputs: { name: string; value: string }[];
}
