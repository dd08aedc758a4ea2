/**
 * One workflow of a plan tried with example values, by the same step that runs it for real (`advance`) and with a clock of its own. The
 * operators are made up: an object's status is what the plan's own condition asks for. Pure; nothing is sent anywhere.
 */
import {
  advance,
  bindGates,
  type BoundGates,
  type CompiledPlan,
  type CompiledWorkflow,
  evaluateGate,
  evaluateOutput,
  explainClause,
  gateHolds,
  type JsonObject,
  leafFailed,
  leafSucceeded,
  prepareOutputs,
  recordIntent,
  renderManifest,
  renderText,
  resolveExpressions,
  type ResourceTemplate,
  type RunNode,
  type RunState,
  satisfyGate,
  satisfyWhole,
  valueText,
  withNodes,
  writeYaml,
} from '@cellplane/plan';
import { workflowOf } from '../plan-workflow';
import { exampleContext } from './example-values';
import type { SimulatedMoment, SimulatedTask, Simulation, SimulationInput } from './model';

/** How long things take in the simulation. Milliseconds. */
const ACCEPTED_MS = 200;
const DELETED_MS = 1_000;
const READY_MS = 3_000;
/** A run has an end; a plan that is being written may have none. */
const MOST_MOMENTS = 2_000;

interface Ending {
  at: number;
  id: string;
  /** Undefined: it succeeds. */
  failure?: string;
}

/** Runs the workflow to its end. @throws Error if the plan has no such workflow */
export function simulate(plan: CompiledPlan, input: SimulationInput): Simulation {
  const found = workflowOf(plan, input.resource, input.verb);
  if (found === undefined) throw new Error(`The plan has no workflow ${input.verb}.`);
  const { resource, workflow } = found;
  const context = exampleContext(plan, resource, workflow, input.values);
  const { values, unresolved } = resolveExpressions(workflow.expressions, context);
  const outputs = prepareOutputs(workflow.outputs, context);
  const missing = [...new Set([...unresolved, ...outputs.unresolved])];
  if (missing.length > 0) {
    const message = `unresolved workflow input parameters: [${missing.join(', ')}]`;
    return {
      missing,
      tasks: [],
      moments: [{ at: 0, words: message, phases: {} }],
      outcome: { phase: 'Failed', message, at: 0 },
      outputs: [],
    };
  }
  const run: RunState = {
    runId: 'example-run',
    workflow,
    values: { ...values, ...outputs.values },
    nodes: {},
    startedAt: 0,
    deadlineAt: (workflow.activeDeadlineSeconds ?? 3_600) * 1_000,
  };
  return new Simulated(run, input).toEnd();
}

class Simulated {
  #run: RunState;
  readonly #input: SimulationInput;
  readonly #tasks = new Map<string, SimulatedTask>();
  readonly #objects: Record<string, JsonObject | null> = {};
  readonly #moments: SimulatedMoment[] = [];
  #endings: Ending[] = [];
  #now = 0;
  #words: string[] = [];

  constructor(run: RunState, input: SimulationInput) {
    this.#run = run;
    this.#input = input;
  }

  toEnd(): Simulation {
    for (;;) {
      const { changed, starts, outcome, wakeAt } = advance(this.#run, this.#now);
      this.#run = withNodes(this.#run, changed);
      for (const { node } of starts) if (!this.#tasks.has(node.id)) this.#start(node);
      for (const node of changed) this.#note(node);
      this.#look();
      if (outcome !== undefined) return this.#end(outcome);
      // What was refused has ended at once: the run is looked at again before time goes on.
      const refused = this.#endings.some(({ at }) => at <= this.#now);
      const next = Math.min(...this.#endings.map(({ at }) => at), wakeAt ?? Number.POSITIVE_INFINITY, this.#run.deadlineAt);
      if (this.#moments.length > MOST_MOMENTS || (!refused && next <= this.#now))
        return this.#end({ phase: 'Error', message: 'The simulation came to no end.' });
      this.#now = Math.max(this.#now, next);
      this.#finishDue();
    }
  }

  #end({ phase, message }: { phase: string; message: string }): Simulation {
    const outputs = phase === 'Succeeded' ? this.#outputs() : [];
    return { missing: [], tasks: [...this.#tasks.values()], moments: this.#moments, outcome: { phase, message, at: this.#now }, outputs };
  }

  /** Renders what the task would send, and decides when and how it ends. */
  #start(node: RunNode): void {
    const template = this.#run.workflow.templates.find(
      (one): one is ResourceTemplate => one.name === node.template && one.type === 'resource',
    );
    if (template === undefined) return;
    const scope = {
      inputs: node.inputs ?? {},
      values: this.#run.values,
      workflowName: this.#run.runId,
      workflowParameters: argumentsOf(this.#run),
      ...(node.item === undefined ? {} : { item: node.item }),
    };
    const rendered = renderManifest(template.manifest, { ...scope, place: `templates.${template.name}.manifest` });
    const gates = bindGates(template, scope);
    const { kind, action } = template;
    const task: SimulatedTask = {
      id: node.id,
      name: node.task,
      action,
      kind,
      object: '',
      manifest: '',
      warnings: [],
      beganAt: this.#now,
      phase: 'Running',
      message: '',
    };
    this.#tasks.set(node.id, task);
    if (!rendered.ok || !gates.ok) {
      const message = rendered.ok ? (gates.ok ? '' : gates.problem.message) : `${rendered.problem.message} ${rendered.problem.cure}`;
      this.#run = withNodes(this.#run, [leafFailed(node, message, 'Error', this.#now)]);
      this.#endings.push({ at: this.#now, id: node.id, failure: message });
      return;
    }
    const { object, masked, warnings } = rendered.value;
    const metadata = (object['metadata'] ?? {}) as JsonObject;
    task.object = valueText(metadata['name'] ?? '');
    task.manifest = writeYaml(masked);
    task.warnings = warnings;
    if (gates.value.success !== undefined) task.success = evaluateGate(gates.value.success, object).text;
    if (gates.value.failure !== undefined) task.failure = evaluateGate(gates.value.failure, object).text;
    const reference = { apiVersion: template.apiVersion, kind, name: task.object };
    this.#run = withNodes(this.#run, [recordIntent(node, reference, this.#now)]);
    this.#objects[node.task] = action === 'delete' ? null : object;
    this.#say(`${node.task}: ${action} ${kind} ${task.object}`);
    const ending = this.#endingOf(template, task, object, gates.value);
    if (ending !== undefined) this.#endings.push(ending);
  }

  /** Undefined: nobody ends it before its deadline. */
  #endingOf({ action }: ResourceTemplate, task: SimulatedTask, object: JsonObject, { success, failure }: BoundGates): Ending | undefined {
    const { operators } = this.#input;
    const id = task.id;
    if (action === 'delete') return { at: this.#now + DELETED_MS, id };
    if (success === undefined && failure === undefined) return { at: this.#now + ACCEPTED_MS, id };
    if (operators === 'hang') return undefined;
    if (operators === 'fail') {
      const status = failure && satisfyGate(failure, object);
      if (failure === undefined || status === undefined) return undefined;
      this.#give(task, { ...object, status });
      const words = explainClause(evaluateGate(failure, { ...object, status }));
      return { at: this.#now + READY_MS, id, failure: `failure condition '${task.failure}' evaluated true (${words})` };
    }
    if (success === undefined) return { at: this.#now + READY_MS, id };
    const status = satisfyGate(success, object);
    // What a `get` reads may be of any shape: a Secret's data, say.
    const made = status !== undefined ? { ...object, status } : action === 'get' ? satisfyWhole(success, object) : undefined;
    if (made === undefined) {
      this.#say(`${task.name}: no status makes its success condition true`);
      task.warnings.push('No status makes the success condition true: such a task waits until its deadline.');
      return undefined;
    }
    this.#give(task, made);
    if (failure !== undefined && gateHolds(failure, made))
      return { at: this.#now + READY_MS, id, failure: `failure condition '${task.failure}' is true where the success condition is` };
    return { at: this.#now + READY_MS, id };
  }

  #give(task: SimulatedTask, object: JsonObject): void {
    this.#objects[task.name] = object;
    const status = object['status'];
    if (status !== undefined && status !== null) task.status = writeYaml({ status });
  }

  #finishDue(): void {
    const due = this.#endings.filter(({ at }) => at <= this.#now);
    this.#endings = this.#endings.filter(({ at }) => at > this.#now);
    for (const { id, failure } of due) {
      const node = this.#run.nodes[id];
      if (node === undefined) continue;
      const ended = failure === undefined ? leafSucceeded(node, this.#now) : leafFailed(node, failure, 'Failed', this.#now);
      this.#run = withNodes(this.#run, [ended]);
      this.#note(ended);
    }
  }

  /** Tells of a task that has ended. */
  #note(node: RunNode): void {
    const task = this.#tasks.get(node.id);
    const isOver = node.finishedAt !== undefined;
    if (task === undefined || !isOver || task.endedAt !== undefined) return;
    Object.assign(task, { endedAt: this.#now, phase: node.phase, message: node.message });
    this.#say(`${task.name}: ${node.phase.toLowerCase()}`);
  }

  #say(words: string): void {
    this.#words.push(words);
  }

  /** Keeps how the run looks now. */
  #look(): void {
    const leaves = Object.values(this.#run.nodes).filter(({ type }) => type === 'Resource' || type === 'Skipped');
    const phases = Object.fromEntries(leaves.map(({ id, phase, message }) => [id, { phase, message }]));
    const words = this.#words.join('; ');
    this.#words = [];
    const last = this.#moments.at(-1);
    if (last?.at === this.#now) Object.assign(last, { phases, words: [last.words, words].filter((one) => one !== '').join('; ') });
    else this.#moments.push({ at: this.#now, words, phases });
  }

  #outputs(): Simulation['outputs'] {
    return this.#run.workflow.outputs.map(({ name, value }) => {
      const evaluated = evaluateOutput(value, { tasks: this.#objects, known: this.#run.values, place: `outputs.${name}` });
      if (!evaluated.ok || evaluated.value.value === null) return { name, value: 'only the real operator gives it' };
      return { name, value: evaluated.value.secret ? '***' : valueText(evaluated.value.value) };
    });
  }
}

/** What `{{workflow.parameters.x}}` reads. */
function argumentsOf({ workflow, values, runId }: RunState): NonNullable<Parameters<typeof renderText>[1]['workflowParameters']> {
  return Object.fromEntries(
    workflow.arguments.flatMap(({ name, value }: CompiledWorkflow['arguments'][number]) =>
      value === undefined
        ? []
        : [[name, renderText(value, { inputs: {}, values, place: `arguments.${name}`, workflowName: runId }).fragment]],
    ),
  );
}
