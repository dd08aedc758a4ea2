/** One task or step: its template, loop, `when` and the tags of its texts. */
import { parseText } from '../../expression/text.js';
import type { CompiledWorkflow, DagTask, DagTemplate, StepsTemplate, Template } from '../../model.js';
import type { PatternBudget } from '../../pattern/budget.js';
import { isLoop, parseList } from '../walk/loops.js';
import { checkNames, listPlaces, PARAMETER_NAME } from './names.js';
import { checkTags, type TagScope, type TasksBefore } from './tags.js';
import { within } from './patterns.js';
import type { Tell } from './tell.js';
import { evaluateWhen, parseWhen } from '../when/when.js';
import { whenFaults } from '../when/faults.js';

/** A task as Argo's messages call it: `templates.main.tasks.a`, or `templates.main.steps[0].a` for a step of the first group. */
export function ownerOf(template: Pick<Template, 'name'>, task: Pick<DagTask, 'name'>, path: string): string {
  const group = /\.(steps\[\d+\])\[\d+\]$/.exec(path)?.[1];
  return `templates.${template.name}.${group ?? 'tasks'}.${task.name}`;
}

/** Checks what a task says by itself, with the results that it can see; how it fits with others is for the DAG and the calls. */
export function checkTask(
  tell: Tell,
  workflow: CompiledWorkflow,
  template: DagTemplate | StepsTemplate,
  task: DagTask,
  path: string,
  before: TasksBefore & { patterns: PatternBudget },
): void {
  const owner = ownerOf(template, task, path);
  const loop = isLoop(task);
  const scope = (at: string, more: Partial<TagScope> = {}): TagScope => ({
    path: `${path}.${at}`,
    owner,
    workflow,
    inputs: template.inputs,
    before,
    ...more,
  });
  checkNames(tell, task.arguments, listPlaces(`${path}.arguments.parameters`, `${owner}.arguments.parameters`), PARAMETER_NAME);
  for (const [index, { value }] of task.arguments.entries()) {
    if (value !== undefined) checkTags(tell, parseText(value), scope(`arguments.parameters[${index}].value`, { item: loop }));
  }
  if (task.withItems !== undefined && task.withParam !== undefined) {
    tell({
      code: 'several-loops',
      path,
      message: `${owner} only one of withItems, withParam, withSequence can be specified`,
      cure: 'Keep one of them.',
    });
  }
  for (const [index, item] of (task.withItems ?? []).entries()) {
    if (typeof item === 'string') checkTags(tell, parseText(item), scope(`withItems[${index}]`));
  }
  if (task.withParam !== undefined) {
    const parts = parseText(task.withParam);
    checkTags(tell, parts, scope('withParam'));
    const list = parts.every((part) => part.type === 'text') ? parseList(task.withParam) : undefined;
    if (list?.ok === false)
      tell({
        code: 'with-param',
        path: `${path}.withParam`,
        message: `${owner} ${list.problem}`,
        cure: 'Write a JSON list, or an expression that gives one.',
      });
  }
  const { when } = task;
  const place = scope('when', { item: loop, operandsOnly: true });
  if (when !== undefined) within(tell, place.path, () => checkWhen(tell, when, place, before.patterns));
}

/** A `when` must parse; one without placeholders must also have a boolean answer, and others some chance of one. */
function checkWhen(tell: Tell, text: string, scope: TagScope, patterns: PatternBudget): void {
  const parts = parseText(text);
  checkTags(tell, parts, scope);
  const parsed = parseWhen(text, patterns);
  const answer = !parsed.ok
    ? parsed
    : parts.every((part) => part.type === 'text')
      ? evaluateWhen(parsed.value, undefined, patterns)
      : undefined;
  if (parsed.ok && answer === undefined) {
    for (const { code, offset, message, cure } of whenFaults(parsed.value, patterns))
      tell({ severity: 'warning', code, path: scope.path, offset, message: `${scope.owner} ${message}`, cure });
  }
  if (answer === undefined || answer.ok) return;
  const { code, offset, message, cure } = answer.problem;
  tell({ code, path: scope.path, offset, message: `${scope.owner} ${message}`, cure });
}
