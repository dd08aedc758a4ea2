/** How a run ends, as far as its memory decides it: the workflow's outcome, its outputs, and the words for people. */
import { evaluateOutput, ExpressionWork, type JsonObject, outputPlace } from '@cellplane/plan';
import { atStep } from '../../watchdog/loop-step.js';
import type { RunMemory } from './run-memory.js';

export type Outcome = { phase: 'Succeeded' | 'Failed' | 'Terminated'; code: string; message: string };

/** Somebody has asked for the run's end. */
export function terminatedOutcome(memory: RunMemory): Outcome {
  return { phase: 'Terminated', code: 'terminated', message: memory.control.terminate ?? '' };
}

/** The workflow has failed: with the explanation of the first failed task, where there is one that the message does not hold. */
export function failedOutcome(memory: RunMemory, outcome: { message: string; code?: string }): Outcome {
  const failed = Object.values(memory.nodes).find((node) => node.leaf?.phase === 'Failed' && node.phase !== 'Succeeded');
  const explanation = failed?.leaf?.explanation;
  const message =
    explanation === undefined || outcome.message.includes(explanation) ? outcome.message : `${outcome.message}; ${explanation}`;
  return { phase: 'Failed', code: outcome.code ?? failed?.leaf?.lastError?.code ?? 'workflow-failed', message };
}

/** The run's deadline has passed while a stage was open, or before the workflow began. `now`: epoch milliseconds. */
export function stageDeadlineOutcome(memory: RunMemory, now: number): Outcome {
  const open = [...memory.stages.values()].find((stage) => stage.state === 'Waiting' || stage.state === 'Running');
  const seconds = Math.round((now - memory.startedAt) / 1_000);
  const waited = open?.waiting?.for ?? open?.message ?? '';
  const message = `DeadlineExceeded: the run did not end within ${seconds} s${open === undefined ? '' : `; ${open.title}`}${waited === '' ? '' : `: ${waited}`}`;
  return { phase: 'Failed', code: 'deadline-exceeded', message };
}

/** Evaluates the workflow's outputs into the memory. Answers the run's end if one of them cannot be evaluated. `now`: epoch milliseconds. */
export function evaluateOutputs(memory: RunMemory, now: number): Outcome | undefined {
  const tasks: Record<string, JsonObject | null> = {};
  for (const node of Object.values(memory.nodes)) if (node.leaf !== undefined) tasks[node.task] = null;
  Object.assign(tasks, memory.taskObjects());
  const work = new ExpressionWork();
  for (const { name, value } of memory.row.workflow?.outputs ?? []) {
    const output = atStep(memory.id, `output ${name}`, () =>
      evaluateOutput(value, { tasks, known: memory.values, place: outputPlace(name), work }),
    );
    if (!output.ok) return { phase: 'Failed', code: 'output-failed', message: `output ${name}: ${output.problem.message}` };
    // Later turns evaluate the outputs again: the warning is given once.
    if (output.value.value === null && !Object.hasOwn(memory.outputs, name))
      memory.event({
        at: now,
        type: 'WorkflowStepDebug',
        step: `output ${name}`,
        message: `WARNING: output ${name} is null: ${value.trim()} is not there`,
      });
    // Any object may repeat a secret that the run has put into it.
    const secret = output.value.secret === true || memory.redactor.holds(output.value.value);
    memory.outputs[name] = { value: output.value.value, ...(secret ? { secret: true } : {}) };
  }
  return undefined;
}
