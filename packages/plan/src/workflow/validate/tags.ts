/** Tags that nothing will resolve. Argo checks only some roots and lets a typo reach the manifest; here every known form is checked. */
import { meantTag } from '../../expression/near-miss.js';
import type { TextPart } from '../../expression/text.js';
import type { CompiledWorkflow, InputParameter } from '../../model.js';
import type { Tell } from './tell.js';

/** The tasks whose results a task can see. */
export interface TasksBefore {
  /** How they are written in this template. */
  of: 'tasks' | 'steps';
  names: () => ReadonlySet<string>;
}

export interface TagScope {
  path: string;
  /** How messages begin: `templates.main.tasks.a`. */
  owner: string;
  workflow: CompiledWorkflow;
  /** Inputs of the template that the text stands in; absent where there are none (workflow arguments, defaults). */
  inputs?: readonly InputParameter[];
  /** The text is a task's own (its arguments, `when`, loop): results of the tasks before it can be asked for. */
  before?: TasksBefore;
  /** The text belongs to a loop's child. */
  item?: boolean;
  /** No tag may remain: gates and `when` have operands only. */
  operandsOnly?: boolean;
  /** The text is a manifest, where templates of others (`{{ $labels.pod }}` of an alert) are kept as they are. */
  manifest?: boolean;
}

/** Reports each tag of a text that has no meaning where it stands. */
export function checkTags(tell: Tell, parts: readonly TextPart[], scope: TagScope): void {
  // Argo keeps one in a manifest as it is, and the parsers of gates and `when` tell of theirs.
  const last = scope.manifest === true || scope.operandsOnly === true ? undefined : parts.at(-1);
  const open = last?.type === 'text' ? last.text.lastIndexOf('{{') : -1;
  if (last !== undefined && open >= 0 && !last.text.includes('}}', open)) {
    tell({
      code: 'unclosed-placeholder',
      path: scope.path,
      offset: last.offset + open,
      message: `${scope.owner} Cannot find end tag="}}"`,
      cure: 'Close the placeholder with }}, or remove the {{.',
    });
  }
  for (const part of parts) {
    const cure = cureFor(part, scope);
    if (cure === undefined) continue;
    const foreign = part.type === 'foreign' && part.resembles === 'platform';
    tell({
      ...(foreign && scope.manifest === true && { severity: 'warning' }),
      code: foreign ? 'unknown-root' : 'unresolved-tag',
      path: scope.path,
      offset: part.offset,
      message: `${scope.owner} failed to resolve ${part.text}`,
      cure,
    });
  }
}

function cureFor(part: TextPart, scope: TagScope): string | undefined {
  switch (part.type) {
    case 'text':
    case 'platform':
    case 'workflowName':
      return undefined;
    case 'input':
      if (scope.inputs === undefined) return 'Inputs do not exist here; write the value, or a platform expression such as {{ $var.key }}.';
      if (scope.inputs.some((input) => input.name === part.name)) return undefined;
      return `Declare '${part.name}' in the inputs of the template and pass it in the arguments of every task that calls it.`;
    case 'workflowParameter':
      if (scope.workflow.arguments.some((argument) => argument.name === part.name)) return undefined;
      return `Declare '${part.name}' in the arguments of the workflow.`;
    case 'result':
      return cureForResult(part, scope.before);
    case 'item':
      return scope.item === true
        ? undefined
        : 'An item exists only in the arguments and the `when` of a task with withItems or withParam; pass it on as an argument.';
    case 'foreign': {
      const meant = meantTag(part.text.slice(2, -2).trim());
      if (meant !== undefined) return `Did you mean \`{{${meant}}}\`?`;
      if (part.resembles === 'platform') return 'Roots are $sys, $var, $secret, $func, $<resource>.out, .var and .sys.';
      if (part.resembles === 'argo') {
        return /^\{\{\s*(tasks|steps|outputs)\b/.test(part.text)
          ? 'Of another task there are status, startedAt and finishedAt, as {{tasks.<task>.status}}. Outputs are not passed on between tasks; use $tasks.<task>.resource.<path> in outputParameters.'
          : 'Supported are inputs.parameters.x, workflow.parameters.x, workflow.name, tasks.x.status, steps.x.status and item.';
      }
      return scope.operandsOnly === true ? 'Supported are inputs.parameters.x, workflow.parameters.x and platform expressions.' : undefined;
    }
  }
}

function cureForResult(part: TextPart & { type: 'result' }, before: TasksBefore | undefined): string | undefined {
  const { of, task, field } = part;
  if (before === undefined)
    return `What another task came to can be asked for in the arguments, the loop and the \`when\` of a task; pass it on as an argument.`;
  if (before.of !== of)
    return `Write {{${before.of}.${task}.${field}}}: \`tasks\` is for the tasks of a DAG, \`steps\` for those of steps.`;
  const names = before.names();
  if (names.has(task)) return undefined;
  const shown = [...names].slice(0, 20).join(', ');
  const further = names.size > 20 ? ` and ${names.size - 20} more` : '';
  const known = names.size === 0 ? 'There is none before this one.' : `Before this one come ${shown}${further}.`;
  return of === 'tasks'
    ? `A task sees only tasks that it depends on. ${known} Add '${task}' to its dependencies.`
    : `A step sees only steps of earlier groups. ${known}`;
}
