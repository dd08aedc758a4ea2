import { buildPlan } from '../build.js';
import type { CompiledPlan } from '../model.js';
import type { Problem } from '../problem.js';

/** Parts of a small plan with one operator resource; whatever is not given has a sound default. Each is YAML at the left margin. */
export interface SpecParts {
  root?: string;
  service?: string;
  parameters?: string;
  /** Leaf manifest of the create workflow. */
  manifest?: string;
  /** Lines of the leaf's `resource` besides action and manifest. */
  resource?: string;
  action?: string;
  /** Lines of the create workflow besides entrypoint and templates. */
  workflow?: string;
  outputs?: string;
  more?: string;
}

const MANIFEST = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "{{ $sys.instanceId }}"';

/** The text of a small plan. */
export function specOf(parts: SpecParts): string {
  const lines = [
    'name: Test',
    parts.root,
    'services:',
    '  - name: Main',
    indent(4, parts.service),
    ...(parts.parameters === undefined ? [] : ['    apiParameters:', indent(6, parts.parameters)]),
    '    systemWorkflows:',
    '      create:',
    ...(parts.outputs === undefined ? [] : ['        outputParameters:', indent(10, parts.outputs)]),
    '        workflow:',
    '          entrypoint: main',
    indent(10, parts.workflow),
    '          templates:',
    '            - name: main',
    '              dag: {tasks: [{name: one, template: leaf}]}',
    '            - name: leaf',
    '              resource:',
    `                action: ${parts.action ?? 'apply'}`,
    indent(16, parts.resource),
    '                manifest: |',
    indent(18, parts.manifest ?? MANIFEST),
    indent(6, parts.more),
  ];
  return `${lines.filter((line) => line !== undefined).join('\n')}\n`;
}

/** Problems as `severity code @line:column`, in order. */
export function findingsOf(spec: string): string[] {
  return buildPlan(spec).problems.map(
    (problem) => `${problem.severity} ${problem.code} @${problem.position.line}:${problem.position.column}`,
  );
}

/** The only problem of a code; fails the test if there is none or more than one. */
export function problemOf(spec: string, code: string): Problem {
  const { problems } = buildPlan(spec);
  const found = problems.filter((problem) => problem.code === code);
  if (found.length !== 1 || !found[0]) throw new Error(`expected one ${code}, found ${JSON.stringify(problems, undefined, 1)}`);
  return found[0];
}

/** The plan of a spec that must have no errors. */
export function planOf(spec: string): CompiledPlan {
  const { plan, problems } = buildPlan(spec);
  if (!plan) throw new Error(`no plan: ${JSON.stringify(problems, undefined, 1)}`);
  return plan;
}

function indent(spaces: number, text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(spaces) + line))
    .join('\n');
}
