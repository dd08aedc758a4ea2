import { placedExpressions } from '../expression/text.js';
import type { CompiledWorkflow, DagTask, PlacedExpression, Template } from '../model.js';

/** A text of a workflow that may hold platform expressions, with its place. */
interface WorkflowText {
  /** Place without the `#n`: `templates.<template>.manifest`. */
  place: string;
  text: string;
  kind: 'scalar' | 'manifest';
}

/** Every text of a workflow in which expressions are evaluated when the run begins. Output parameters come later and are not among them. */
function workflowTexts(workflow: Pick<CompiledWorkflow, 'arguments' | 'templates'>): WorkflowText[] {
  const texts: WorkflowText[] = [];
  const add = (place: string, text: string | undefined, kind: WorkflowText['kind'] = 'scalar'): void => {
    if (text !== undefined) texts.push({ place, text, kind });
  };
  for (const argument of workflow.arguments) add(`arguments.${argument.name}`, argument.value);
  for (const template of workflow.templates) {
    const place = `templates.${template.name}`;
    for (const input of template.inputs) add(`${place}.inputs.${input.name}`, input.default);
    if (template.type === 'resource') {
      add(`${place}.manifest`, template.manifest, 'manifest');
      add(`${place}.successCondition`, template.successCondition);
      add(`${place}.failureCondition`, template.failureCondition);
    }
    for (const task of tasksOf(template)) addTask(add, `${place}.tasks.${task.name}`, task);
  }
  return texts;
}

function addTask(add: (place: string, text: string | undefined) => void, place: string, task: DagTask): void {
  for (const argument of task.arguments) add(`${place}.arguments.${argument.name}`, argument.value);
  add(`${place}.when`, task.when);
  add(`${place}.withParam`, task.withParam);
  for (const [index, item] of (task.withItems ?? []).entries()) if (typeof item === 'string') add(`${place}.withItems[${index}]`, item);
  for (const [index, item] of (task.withItems ?? []).entries()) if (typeof item === 'string') add(`${place}.withItems[${index}]`, item);
}

/** The tasks of a DAG or of all groups of steps; none for a leaf. */
export function tasksOf(template: Template): DagTask[] {
  if (template.type === 'dag') return template.tasks;
  return template.type === 'steps' ? template.groups.flat() : [];
}

/** `CompiledWorkflow.expressions`. */
export function collectExpressions(workflow: Pick<CompiledWorkflow, 'arguments' | 'templates'>): PlacedExpression[] {
  return workflowTexts(workflow).flatMap(({ place, text, kind }) => placedExpressions(text, place, kind));
}
