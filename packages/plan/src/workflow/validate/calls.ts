/** Calls between templates: they exist, get their inputs at every hop, end, and all are used. */
import type { CompiledWorkflow, DagTask, ParameterBinding, Template } from '../../model.js';
import { cyclesOf } from './dag.js';
import { ownerOf } from './task.js';
import { suggest } from '../../schema/suggest.js';
import type { Tell } from './tell.js';

interface CallSite {
  task: DagTask;
  path: string;
}

/** Checks every call of a workflow, that of the entrypoint included. */
export function checkCalls(tell: Tell, workflow: CompiledWorkflow): void {
  const byName = new Map<string, Template>();
  for (const template of workflow.templates) if (!byName.has(template.name)) byName.set(template.name, template);
  checkEntrypoint(tell, workflow, byName);
  const edges = new Map<string, string[]>();
  const unguarded = new Map<string, string[]>();
  for (const [index, template] of workflow.templates.entries()) {
    const sites = callSites(template, `templates[${index}]`);
    edges.set(
      template.name,
      sites.map(({ task }) => task.template),
    );
    unguarded.set(
      template.name,
      sites.filter(({ task }) => task.when === undefined).map(({ task }) => task.template),
    );
    for (const site of sites) checkSite(tell, template, site, byName);
  }
  for (const cycle of cyclesOf(unguarded)) {
    const index = workflow.templates.findIndex((template) => template.name === cycle[0]);
    tell({
      code: 'endless-recursion',
      path: `templates[${index}]`,
      message: `templates.${cycle[0]} calls itself without end: ${cycle.join('->')}`,
      cure: 'Put a `when` on one of these calls, or remove it.',
    });
  }
  const reached = reachable(workflow.entrypoint, edges);
  if (!byName.has(workflow.entrypoint)) return;
  for (const [index, template] of workflow.templates.entries()) {
    if (reached.has(template.name)) continue;
    tell({
      severity: 'warning',
      code: 'unreachable-template',
      path: `templates[${index}]`,
      message: `templates.${template.name} is never called from the entrypoint '${workflow.entrypoint}'`,
      cure: 'Call it from a task, or remove it.',
    });
  }
}

function checkEntrypoint(tell: Tell, workflow: CompiledWorkflow, byName: ReadonlyMap<string, Template>): void {
  if (workflow.entrypoint === '') {
    tell({ code: 'entrypoint-missing', path: '', message: 'spec.entrypoint is required', cure: 'Add `entrypoint: <template>`.' });
    return;
  }
  const entry = byName.get(workflow.entrypoint);
  if (entry === undefined) {
    tell({
      code: 'template-undefined',
      path: 'entrypoint',
      message: `template name '${workflow.entrypoint}' undefined`,
      cure: meantCure(workflow.entrypoint, byName),
    });
    return;
  }
  for (const input of missingInputs(entry, workflow.arguments)) {
    tell({
      code: 'input-not-supplied',
      path: 'arguments',
      message: `templates.${entry.name} inputs.parameters.${input} was not supplied`,
      cure: `Add the parameter '${input}' to the arguments of the workflow; the entrypoint gets them by name.`,
    });
  }
}

function checkSite(tell: Tell, caller: Template, { task, path }: CallSite, byName: ReadonlyMap<string, Template>): void {
  const owner = ownerOf(caller, task, path);
  if (task.template === '') {
    tell({ code: 'template-missing', path, message: `${owner}.template is required`, cure: namesCure(byName) });
    return;
  }
  const callee = byName.get(task.template);
  if (callee === undefined) {
    tell({
      code: 'template-undefined',
      path: `${path}.template`,
      message: `${owner} template name '${task.template}' undefined`,
      cure: meantCure(task.template, byName),
    });
    return;
  }
  for (const input of missingInputs(callee, task.arguments)) {
    tell({
      code: 'input-not-supplied',
      path,
      message: `${owner} templates.${callee.name} inputs.parameters.${input} was not supplied`,
      cure: `Pass it in the task: - name: ${input}, value: "{{inputs.parameters.${input}}}"; or give the input a default.`,
    });
  }
  for (const [index, argument] of task.arguments.entries()) {
    if (callee.inputs.some((input) => input.name === argument.name)) continue;
    tell({
      severity: 'warning',
      code: 'undeclared-argument',
      path: `${path}.arguments.parameters[${index}]`,
      message: `${owner} passes '${argument.name}', which templates.${callee.name} does not declare; it is ignored`,
      cure: `Declare it in the inputs of '${callee.name}', or remove it.`,
    });
  }
}

function missingInputs(template: Template, supplied: readonly ParameterBinding[]): string[] {
  const given = new Set(supplied.filter((argument) => argument.value !== undefined).map((argument) => argument.name));
  return template.inputs.filter((input) => input.default === undefined && !given.has(input.name)).map((input) => input.name);
}

function callSites(template: Template, path: string): CallSite[] {
  if (template.type === 'dag') return template.tasks.map((task, index) => ({ task, path: `${path}.dag.tasks[${index}]` }));
  if (template.type !== 'steps') return [];
  return template.groups.flatMap((steps, group) => steps.map((task, index) => ({ task, path: `${path}.steps[${group}][${index}]` })));
}

function reachable(entrypoint: string, edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>();
  const open = [entrypoint];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...(edges.get(name) ?? []));
  }
  return reached;
}

/** The template that a name is a slip of, or else all there are. */
function meantCure(name: string, byName: ReadonlyMap<string, Template>): string {
  const meant = suggest(name, byName.keys());
  return meant === undefined ? namesCure(byName) : `Did you mean \`${meant}\`?`;
}

function namesCure(byName: ReadonlyMap<string, Template>): string {
  const names = [...byName.keys()].filter((name) => name !== '');
  return names.length === 0 ? 'Add the template.' : `Templates are ${names.slice(0, 20).join(', ')}.`;
}
