/**
 * All problems of a workflow at once, where Argo's validator stops at the first (workflow/validate/validate.go, v3.7). The
 * message begins with Argo's own text where it has one; what Argo lets through and should not is refused too.
 */
import { parseText } from '../../expression/text.js';
import type { CompiledWorkflow, StepsTemplate } from '../../model.js';
import { PatternBudget } from '../../pattern/budget.js';
import { checkSize } from '../count-tasks.js';
import { checkCalls } from './calls.js';
import { ancestorsOf, checkDag } from './dag.js';
import { checkLeaf } from './leaf.js';
import { checkNames, listPlaces, type NamePlace, PARAMETER_NAME, TEMPLATE_NAME } from './names.js';
import { checkTags } from './tags.js';
import { checkTask } from './task.js';
import type { Tell, WorkflowProblem } from './tell.js';

/** Validates a workflow; an empty list means that it can run as far as its own text tells. */
export function validateWorkflow(workflow: CompiledWorkflow, patterns: PatternBudget = new PatternBudget()): WorkflowProblem[] {
  const problems: WorkflowProblem[] = [];
  const tell: Tell = (problem) => problems.push({ severity: 'error', ...problem });
  checkNames(tell, workflow.templates, listPlaces('templates', ''), TEMPLATE_NAME);
  checkNames(tell, workflow.arguments, listPlaces('arguments.parameters', 'spec.arguments.parameters'), PARAMETER_NAME);
  for (const [index, argument] of workflow.arguments.entries()) {
    if (argument.value === undefined) checkArgument(tell, workflow, argument.name, `arguments.parameters[${index}]`);
    else
      checkTags(tell, parseText(argument.value), {
        path: `arguments.parameters[${index}].value`,
        owner: `spec.arguments.${argument.name}`,
        workflow,
      });
  }
  for (const [index, template] of workflow.templates.entries()) {
    const path = `templates[${index}]`;
    checkNames(
      tell,
      template.inputs,
      listPlaces(`${path}.inputs.parameters`, `templates.${template.name}.inputs.parameters`),
      PARAMETER_NAME,
    );
    for (const [at, input] of template.inputs.entries()) {
      if (input.default === undefined) continue;
      const place = { path: `${path}.inputs.parameters[${at}].default`, owner: `templates.${template.name}`, workflow };
      checkTags(tell, parseText(input.default), place);
    }
    checkRetry(tell, template, path);
    if (template.type === 'resource') checkLeaf(tell, workflow, template, path, patterns);
    else if (template.type === 'dag') {
      checkDag(tell, template, path);
      for (const [at, task] of template.tasks.entries())
        checkTask(tell, workflow, template, task, `${path}.dag.tasks[${at}]`, {
          of: 'tasks',
          names: () => ancestorsOf(template, task),
          patterns,
        });
    } else {
      checkNames(tell, template.groups.flat(), stepPlaces(template, path), TEMPLATE_NAME);
      if (template.groups.flat().length === 0) {
        tell({
          code: 'no-steps',
          path,
          message: `templates.${template.name} must have at least one step`,
          cure: 'Add a step, or remove the template.',
        });
      }
      const names = new Set<string>();
      for (const [group, steps] of template.groups.entries()) {
        for (const [at, step] of steps.entries())
          checkTask(tell, workflow, template, step, `${path}.steps[${group}][${at}]`, { of: 'steps', names: () => names, patterns });
        for (const step of steps) names.add(step.name);
      }
    }
  }
  checkCalls(tell, workflow);
  checkSize(tell, workflow);
  return problems;
}

function stepPlaces(template: StepsTemplate, path: string): (index: number) => NamePlace {
  const places = template.groups.flatMap((steps, group) =>
    steps.map((_step, at) => ({ path: `${path}.steps[${group}][${at}]`, shown: `templates.${template.name}.steps[${group}][${at}]` })),
  );
  return (index) => places[index] ?? { path, shown: path };
}

function checkArgument(tell: Tell, workflow: CompiledWorkflow, name: string, path: string): void {
  const entry = workflow.templates.find((template) => template.name === workflow.entrypoint);
  if (entry?.inputs.some((input) => input.name === name && input.default !== undefined)) return;
  tell({
    code: 'argument-without-value',
    path,
    message: `spec.arguments.${name}.value or spec.arguments.${name}.valueFrom is required`,
    cure: 'Give it a value, for example "{{ $var.key }}".',
  });
}

function checkRetry(tell: Tell, { name, retryStrategy }: CompiledWorkflow['templates'][number], path: string): void {
  if (retryStrategy === undefined) return;
  const at = `${path}.retryStrategy`;
  if (!['OnFailure', 'OnError', 'Always', 'OnTransientError'].includes(retryStrategy.retryPolicy)) {
    tell({
      code: 'retry-policy',
      path: `${at}.retryPolicy`,
      message: `templates.${name}: ${retryStrategy.retryPolicy} is not a valid RetryPolicy`,
      cure: 'Use OnFailure, OnError, Always or OnTransientError.',
    });
  }
  if (retryStrategy.limit !== undefined && (!Number.isInteger(retryStrategy.limit) || retryStrategy.limit < 0)) {
    tell({
      code: 'retry-limit',
      path: `${at}.limit`,
      message: `templates.${name}.retryStrategy.limit is no number of retries`,
      cure: 'Write 0 or a positive integer.',
    });
  }
  if (retryStrategy.backoff !== undefined && !(retryStrategy.backoff.durationSeconds > 0)) {
    tell({
      code: 'retry-backoff',
      path: `${at}.backoff`,
      message: `templates.${name}: no base duration specified for retryStrategy`,
      cure: 'Add backoff.duration, for example "10s".',
    });
  }
}
