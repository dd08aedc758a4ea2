/** Where what stands at a spot is defined: templates, tasks, parameters, inputs, anchors, resources. Pure. */
import {
  argumentsAt,
  inputsAt,
  inputsOfCalled,
  type Named,
  parametersAt,
  resourcesOf,
  tasksAt,
  tasksOfWorkflow,
  templatesAt,
} from './names';
import { referenceAt } from './hover';
import { anchorOf, type Outline, textOf } from './outline';
import { itemAround, placeAt, type Spot } from './place';

/** The spot of the definition; undefined: nothing at the spot is defined elsewhere. */
export function definitionOf(outline: Outline, spot: Spot): Spot | undefined {
  const content = outline.lines[spot.line] ?? '';
  const alias = [...content.matchAll(/\*([\w-]+)/g)].find(
    ({ index, 0: text }) => index <= spot.column && spot.column <= index + text.length,
  );
  if (alias !== undefined) {
    const anchor = anchorOf(outline, alias[1] ?? '');
    if (anchor !== undefined) return { line: anchor.line, column: anchor.indent };
  }
  const { valueOf, within } = placeAt(outline, { line: spot.line, column: content.length });
  const node = valueOf ?? within;
  const reference = referenceAt(content, spot.column);
  const found = reference === undefined ? byKey() : named(reference.text);
  return found === undefined ? undefined : { line: found.line, column: found.column };

  function named(text: string): Named | undefined {
    const steps = text.split('.');
    const name = steps[0] === 'inputs' || steps[0] === 'workflow' ? (steps[2] ?? '') : (steps[1] ?? '');
    if (steps[0] === '$var') return find(parametersAt(outline, node), name);
    if (steps[0] === 'inputs') return find(inputsAt(outline, node), name);
    if (steps[0] === 'workflow') return find(argumentsAt(outline, node), name);
    if (steps[0] === 'tasks') return find(tasksAt(outline, node), name);
    if (steps[0] === '$tasks') return find(tasksOfWorkflow(outline, node), name);
    const key = (steps[0] ?? '').slice(1).toLowerCase();
    return resourcesOf(outline).find((one) => one.name.replaceAll(' ', '').toLowerCase() === key);
  }

  function byKey(): Named | undefined {
    const key = (node.kind === 'key' ? node.key : (node.parent?.key ?? '')).toLowerCase();
    const value = textOf(node);
    if (key === 'template' || key === 'entrypoint') return find(templatesAt(outline, node), value);
    if (key === 'dependencies') return find(tasksAt(outline, node), value);
    if (key === 'dependson') return find(resourcesOf(outline), value);
    if (key === 'apiparam' || key === 'replicacountapiparam') return find(parametersAt(outline, node), value);
    const task = itemAround(node, 'tasks');
    if (key === 'name' && task !== undefined && itemAround(node, 'parameters') !== undefined)
      return find(inputsOfCalled(outline, task), value);
    return undefined;
  }
}

function find(names: readonly Named[], wanted: string): Named | undefined {
  return names.find(({ name }) => name === wanted);
}
