/** Tags that nothing will resolve. Argo checks only some roots and lets a typo reach the manifest; here every known form is checked. */
import type { TextPart } from '../expression/text.js';
import type { CompiledWorkflow, InputParameter } from '../model.js';
import type { Tell } from './validate-workflow.js';

export interface TagScope {
  path: string;
  /** How messages begin: `templates.main.tasks.a`. */
  owner: string;
  workflow: CompiledWorkflow;
  /** Inputs of the template that the text stands in; absent where there are none (workflow arguments, defaults). */
  inputs?: readonly InputParameter[];
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
    case 'item':
      return scope.item === true
        ? undefined
        : 'An item exists only in the arguments and the `when` of a task with withItems or withParam; pass it on as an argument.';
    case 'foreign':
      if (part.resembles === 'platform') return 'Roots are $sys, $var, $secret, $func, $<resource>.out, .var and .sys.';
      if (part.resembles === 'argo') {
        return /^\{\{\s*(tasks|steps|outputs)\b/.test(part.text)
          ? 'Outputs of tasks are not passed on between tasks here; use $tasks.<task>.resource.<path> in outputParameters.'
          : 'Supported are inputs.parameters.x, workflow.parameters.x, workflow.name and item.';
      }
      return scope.operandsOnly === true ? 'Supported are inputs.parameters.x, workflow.parameters.x and platform expressions.' : undefined;
  }
}
