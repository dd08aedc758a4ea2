/** What the worker does for pages: plain data in, plain data out. */
import {
  type ApiParameter,
  type BuildResult,
  buildPlan,
  type CompiledPlan,
  type GraphTask,
  PatternBudget,
  PatternBudgetSpent,
  valueFault,
  workflowGraph,
} from '@cellplane/plan';
import { complete, type Completion } from './language/completion';
import { definitionOf } from './language/definition';
import { type Fix, fixOf } from './language/fix';
import { explain, type Explanation } from './language/hover';
import { secretsIn, workflowAt } from './language/names';
import { type Outline, outlineOf } from './language/outline';
import { placeAt, type Spot } from './language/place';
import { workflowOf } from './plan-workflow';
import { exampleTexts } from './simulation/example-values';
import type { Simulation, SimulationInput } from './simulation/model';
import { simulate } from './simulation/simulate';

/** What is found in a spec, with a change of the text for each problem whose cure is one. */
export interface Checked extends BuildResult {
  /** One for each problem; undefined: the cure needs a person. */
  fixes: (Fix | undefined)[];
  /** Names of the secrets that it reads. */
  secrets: string[];
}

let last: { text: string; outline: Outline } | undefined;

function outline(text: string): Outline {
  if (last?.text !== text) last = { text, outline: outlineOf(text) };
  return last.outline;
}

export const methods = {
  /** All problems of a spec, and the compiled plan if there is no error. */
  build(text: string): Checked {
    const result = buildPlan(text);
    const { lines } = outline(text);
    return { ...result, fixes: result.problems.map((problem) => fixOf(lines, problem)), secrets: secretsIn(outline(text)) };
  },

  /** The tasks of one workflow with their order; empty if there is no such workflow. */
  graph(plan: CompiledPlan, resource: string, verb: string): GraphTask[] {
    const found = workflowOf(plan, resource, verb);
    return found === undefined ? [] : workflowGraph(found.workflow);
  },

  /** Texts that a form of these parameters begins with. */
  examples(parameters: readonly ApiParameter[]): Record<string, string> {
    return exampleTexts(parameters);
  },

  /** Key → why the server would refuse that text: "must be at least 1". What is left out, its default, is not looked at. */
  faults(parameters: readonly ApiParameter[], texts: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      parameters.flatMap((parameter) => {
        const text = texts[parameter.key] ?? '';
        const fault = text === '' ? undefined : faultOf(parameter, text);
        return fault === undefined ? [] : [[parameter.key, fault]];
      }),
    );
  },

  /** A workflow tried from end to end. @throws Error if there is none of that name */
  simulate(plan: CompiledPlan, input: SimulationInput): Simulation {
    return simulate(plan, input);
  },

  suggest(text: string, spot: Spot): Completion {
    return complete(outline(text), spot);
  },

  explain(text: string, spot: Spot): Explanation | undefined {
    return explain(outline(text), spot);
  },

  define(text: string, spot: Spot): Spot | undefined {
    return definitionOf(outline(text), spot);
  },

  /** The workflow that a spot stands in: name of its resource, and verb. */
  workflowAt(text: string, spot: Spot): { resource: string; verb: string } | undefined {
    const { valueOf, within } = placeAt(outline(text), spot);
    return workflowAt(outline(text), valueOf ?? within);
  },
};

function faultOf(parameter: ApiParameter, text: string): string | undefined {
  try {
    return valueFault(parameter, text, new PatternBudget());
  } catch (error) {
    // The server has more patience, and says so where it has not.
    if (error instanceof PatternBudgetSpent) return undefined;
    throw error;
  }
}

export type PlanMethods = typeof methods;
