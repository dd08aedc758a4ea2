/** The names that a plan's author has given, as they are seen from a place. Pure. */
import { aboveOf, childOf, childrenOf, type Outline, type OutlineNode, textOf } from './outline';
import { itemAround, keyAround } from './place';

/** A name and where it is given. */
export interface Named {
  name: string;
  /** The line that a jump leads to, and the column of the name. */
  line: number;
  column: number;
  /** What is said of it, if anything is. */
  about?: string;
}

/** The resource that a node stands in; of workflows at the root, the first one. */
function serviceOf(outline: Outline, node: OutlineNode): OutlineNode | undefined {
  return itemAround(node, 'services') ?? childrenOf(outline, childOf(outline, outline.root, 'services'))[0];
}

/** Parameters that `$var` reads: those of a custom workflow around the node, then those of its resource. */
export function parametersAt(outline: Outline, node: OutlineNode): Named[] {
  const own = childrenOf(outline, childOf(outline, itemAround(node, 'customWorkflows'), 'apiParameters'));
  const service = childrenOf(outline, childOf(outline, serviceOf(outline, node), 'apiParameters'));
  return [...own, ...service].flatMap((item) => named(outline, item, 'key', 'name'));
}

/** Names of the plan's resources. */
export function resourcesOf(outline: Outline): Named[] {
  return childrenOf(outline, childOf(outline, outline.root, 'services')).flatMap((item) => named(outline, item, 'name', 'description'));
}

/** Templates of the workflow around the node. */
export function templatesAt(outline: Outline, node: OutlineNode): Named[] {
  const workflow = keyAround(node, 'workflow');
  return childrenOf(outline, childOf(outline, workflow, 'templates')).flatMap((item) => named(outline, item, 'name'));
}

/** Inputs of the template around the node. */
export function inputsAt(outline: Outline, node: OutlineNode): Named[] {
  const inputs = childOf(outline, itemAround(node, 'templates'), 'inputs');
  return childrenOf(outline, childOf(outline, inputs, 'parameters')).flatMap((item) => named(outline, item, 'name'));
}

/** Inputs of the template that a task calls. */
export function inputsOfCalled(outline: Outline, task: OutlineNode): Named[] {
  const template = textOf(childOf(outline, task, 'template'));
  const found = childrenOf(outline, childOf(outline, keyAround(task, 'workflow'), 'templates')).find(
    (item) => textOf(childOf(outline, item, 'name')) === template,
  );
  const inputs = childOf(outline, found, 'inputs');
  return childrenOf(outline, childOf(outline, inputs, 'parameters')).flatMap((item) => named(outline, item, 'name'));
}

/** Arguments of the workflow around the node, which `{{workflow.parameters.x}}` reads. */
export function argumentsAt(outline: Outline, node: OutlineNode): Named[] {
  const given = childOf(outline, keyAround(node, 'workflow'), 'arguments');
  return childrenOf(outline, childOf(outline, given, 'parameters')).flatMap((item) => named(outline, item, 'name'));
}

/** Tasks of the DAG around the node. */
export function tasksAt(outline: Outline, node: OutlineNode): Named[] {
  return childrenOf(outline, keyAround(node, 'tasks')).flatMap((item) => named(outline, item, 'name'));
}

/** Tasks of all DAGs of the workflow that the node belongs to, which outputs read. */
export function tasksOfWorkflow(outline: Outline, node: OutlineNode): Named[] {
  const verb = keyAround(node, 'outputParameters')?.parent ?? keyAround(node, 'outputParameterSpecs')?.parent;
  const workflow = keyAround(node, 'workflow') ?? childOf(outline, verb, 'workflow');
  return childrenOf(outline, childOf(outline, workflow, 'templates')).flatMap((template) =>
    childrenOf(outline, childOf(outline, childOf(outline, template, 'dag'), 'tasks')).flatMap((item) => named(outline, item, 'name')),
  );
}

/** Secrets that the text reads somewhere. */
export function secretsIn({ lines }: Outline): string[] {
  return [...new Set(lines.flatMap((line) => [...line.matchAll(/\$secret\.([A-Za-z0-9_-]+)/g)].map((match) => match[1] ?? '')))].toSorted();
}

/** The workflow that a node belongs to: its resource by name and its verb. */
export function workflowAt(outline: Outline, node: OutlineNode): { resource: string; verb: string } | undefined {
  const custom = itemAround(node, 'customWorkflows');
  const around = [node, ...aboveOf(node)];
  const system = around.find((one) => one.parent?.key.toLowerCase() === 'systemworkflows');
  const verb = custom === undefined ? system?.key : textOf(childOf(outline, custom, 'verb'));
  if (verb === undefined || verb === '') return undefined;
  return { resource: textOf(childOf(outline, serviceOf(outline, node), 'name')), verb: verb === 'update' ? 'modify' : verb };
}

function named(outline: Outline, item: OutlineNode, key: string, about?: string): Named[] {
  const node = childOf(outline, item, key);
  if (node === undefined) return [];
  const words = about === undefined ? '' : textOf(childOf(outline, item, about));
  return [{ name: textOf(node), line: node.line, column: node.valueColumn, ...(words === '' ? {} : { about: words }) }];
}
