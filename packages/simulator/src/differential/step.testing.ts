/** One request of a differential scenario, as data. */
export interface Step {
  /** What is looked at, unique in its scenario. */
  name: string;
  method?: string;
  /** Path and query. */
  path: string;
  /** JSON body; a string is sent as it is. */
  body?: unknown;
  /** Content-Type. @default application/json where there is a body */
  type?: string;
  headers?: Record<string, string>;
  /** Repeats a GET until the answer satisfies this; only the last answer counts. */
  until?: (answer: { code: number; body: unknown }) => boolean;
  /** Opens a watch and reads events until the last `steps` are done and so many events came, or the server closed. */
  watch?: { events: number; during: Step[] };
  /** Fills placeholders `$name` of path and body from earlier answers. */
  save?: Record<string, string[]>;
  /** The answer depends on timing and is not compared. */
  unrecorded?: true;
  /** Only whether it is taken, and the refusal, are compared: what is stored holds the operator's own additions. */
  verdict?: true;
}

/** Steps in order, in a namespace of their own. */
export interface Scenario {
  name: string;
  /** Charts of operators that must be there. */
  charts?: { name: string; version: string }[];
  steps: Step[];
}

/** The namespace of a scenario, made before and removed after. */
export const namespaceOf = (scenario: string): string => `sim-diff-${scenario}`;

/** An answer as recorded: normalised. */
export interface Answer {
  name: string;
  code: number;
  body: unknown;
  warnings?: string[];
  events?: unknown[];
}
