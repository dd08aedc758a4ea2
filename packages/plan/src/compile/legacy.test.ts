import { describe, expect, it } from 'vitest';
import { findingsOf, planOf, problemOf } from '../check/spec.testing.js';
import type { ExpressionValues } from '../expression/fragment.js';
import { inspectManifest, renderManifest } from '../expression/manifest/manifest.js';
import type { CompiledWorkflow, ResourceTemplate } from '../model.js';
import { parseGate } from '../workflow/gate/gate.js';
import { validateWorkflow } from '../workflow/validate/workflow.js';

const SPEC = `
name: Older
services:
  - name: Redis
    apiParameters:
      - {key: replicas, type: Int, defaultValue: "3"}
      - {key: password, type: Password}
    operatorCRDConfiguration:
      template:
        apiVersion: databases.example.com/v1
        kind: Redis
        metadata:
          name: "{{ $sys.id }}"
          namespace: ignored
        spec:
          size: $var.replicas
          twice: "{{ $var.replicas }}"
          text: "r-{{ $var.replicas }}"
          list: [1, "2", true, {a: null}]
          token: "{{ $func.base64encode($var.password) }}"
      supplementalFiles:
        - apiVersion: v1
          kind: Secret
          metadata: {name: creds}
          stringData: {password: $var.password}
        - |
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: one
          ---
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: two
      readinessConditions:
        "$var._crd.status.phase": Running
        "$var._crd.status.ready": 3
        '$var._crd.status.conditions[?(@.type=="Ready")].status': "True"
        "$var._crd.status.size": $var.replicas
        "$var._crd.status.note": "all well: yes"
      outputParameters:
        "Current Phase": $var._crd.status.phase
        Fixed: literal
`;

function leaves(workflow: CompiledWorkflow | undefined): ResourceTemplate[] {
  return workflow?.templates.filter((template) => template.type === 'resource') ?? [];
}

describe('the older fields of operatorCRDConfiguration', () => {
  const plan = planOf(SPEC);
  const { create, modify, delete: remove } = plan.resources[0]?.systemWorkflows ?? {};

  it('build with deprecation warnings, and one about the namespace', () => {
    const codes = findingsOf(SPEC).map((finding) => finding.split(' @')[0]);
    expect(codes.filter((code) => code === 'warning deprecated-key')).toHaveLength(4);
    expect(codes.filter((code) => code !== 'warning deprecated-key')).toEqual(['warning namespace-ignored']);
  });

  it('become workflows that the workflow core accepts', () => {
    for (const workflow of [create, modify, remove]) expect(workflow && validateWorkflow(workflow)).toEqual([]);
  });

  it('apply the files in order, then the custom resource; delete goes the other way', () => {
    const chain = (workflow: CompiledWorkflow | undefined): string[][] => {
      const [dag] = workflow?.templates ?? [];
      return dag?.type === 'dag' ? dag.tasks.map((task) => [task.name, ...task.dependencies]) : [];
    };
    expect(chain(create)).toEqual([
      ['supplement1'],
      ['supplement2', 'supplement1'],
      ['supplement3', 'supplement2'],
      ['customresource', 'supplement3'],
    ]);
    expect(chain(modify)).toEqual(chain(create));
    expect(chain(remove).map(([name]) => name)).toEqual(['customresource', 'supplement3', 'supplement2', 'supplement1']);
    expect(leaves(remove).every((leaf) => leaf.action === 'delete' && leaf.successCondition === undefined)).toBe(true);
  });

  it('turn readiness conditions into a gate that parses', () => {
    const gate = leaves(create).at(-1)?.successCondition ?? '';
    expect(gate).toBe(
      'status.phase == Running && status.ready == 3 && status.conditions[?(@.type=="Ready")].status == True && status.size == {{ $var.replicas }} && status.note == "all well: yes"',
    );
    expect(parseGate(gate, 'success').ok).toBe(true);
  });

  it('write manifests that keep types, drop the namespace and quote texts', () => {
    const manifest = inspectManifest(leaves(create).at(-1)?.manifest ?? '');
    expect(manifest.ok && manifest.value.object).toMatchObject({
      kind: 'Redis',
      metadata: { name: expect.stringContaining('$sys.id') },
      spec: { text: 'r-{{ $var.replicas }}', list: [1, '2', true, { a: null }] },
    });
    expect(leaves(create).at(-1)?.manifest).toContain('"size": $var.replicas\n  "twice": $var.replicas\n');
    expect(leaves(create).at(-1)?.manifest).not.toContain('namespace');
  });

  it('render to objects whose values keep their types', () => {
    const leaf = leaves(create).at(-1);
    const values: ExpressionValues = {};
    const given: Record<string, ExpressionValues[string]> = {
      '$var.replicas': { value: 3, type: 'Int', source: '$var.replicas' },
      '$sys.id': { value: 'instance-1', source: '$sys.id' },
      '$func.base64encode($var.password)': { value: 'eHg=', source: '$func.base64encode($var.password)', secret: true },
    };
    for (const { place, text } of create?.expressions ?? []) values[place] = given[text] ?? { value: 'other', source: text };
    const rendered = renderManifest(leaf?.manifest ?? '', { inputs: {}, values, place: `templates.${leaf?.name}.manifest` });
    expect(rendered.ok && rendered.value.object).toMatchObject({
      metadata: { name: 'instance-1' },
      spec: { size: 3, twice: 3, text: 'r-3', token: 'eHg=' },
    });
  });

  it('turn outputs into paths of the task, and name the kinds', () => {
    expect(create?.outputs).toEqual([
      { name: 'Current Phase', value: '$tasks.customresource.resource.status.phase' },
      { name: 'Fixed', value: 'literal' },
    ]);
    expect(plan.resources[0]?.kinds).toEqual([
      { apiVersion: 'databases.example.com/v1', kind: 'Redis', verbs: ['get', 'create', 'patch', 'delete'] },
      { apiVersion: 'v1', kind: 'ConfigMap', verbs: ['get', 'create', 'patch', 'delete'] },
      { apiVersion: 'v1', kind: 'Secret', verbs: ['get', 'create', 'patch', 'delete'] },
    ]);
  });

  it('give way to a create workflow', () => {
    const workflow = `
    systemWorkflows:
      create:
        workflow:
          entrypoint: leaf
          templates: [{name: leaf, resource: {action: apply, manifest: "{apiVersion: v1, kind: Secret, metadata: {name: x}}"}}]
`;
    expect(planOf(SPEC + workflow).resources[0]?.systemWorkflows.create?.entrypoint).toBe('leaf');
    expect(planOf(SPEC + workflow).resources[0]?.systemWorkflows.modify).toBeUndefined();
    expect(problemOf(SPEC + workflow, 'older-fields-unused').severity).toBe('warning');
  });

  it('are checked for expressions like everything else', () => {
    expect(problemOf(SPEC.replace('size: $var.replicas', 'size: $var.nope'), 'undeclared-variable').path).toBe(
      'services[0].operatorCRDConfiguration.template.spec.size',
    );
  });
});

describe('a literal namespace in the older fields', () => {
  const spec = (template: string) => `name: N\nservices:\n  - name: S\n    operatorCRDConfiguration:\n      template: ${template}\n`;
  it.each([
    [
      'block',
      '|\n        apiVersion: a.io/v1\n        kind: K\n        metadata:\n          name: x\n          namespace: default # not here\n',
    ],
    ['flow', `'{apiVersion: a.io/v1, kind: K, metadata: {namespace: "default", name: "{{ $sys.id }}"}}'`],
    ['object', '{apiVersion: a.io/v1, kind: K, metadata: {namespace: default, name: x}}'],
  ])('is ignored with a warning: %s', (_form, template) => {
    const text = spec(template);
    expect(problemOf(text, 'namespace-ignored')).toMatchObject({ severity: 'warning', message: expect.stringContaining("'default'") });
    for (const verb of ['create', 'modify', 'delete'] as const) {
      const [leaf] = leaves(planOf(text).resources[0]?.systemWorkflows[verb]);
      expect(leaf?.manifest).not.toContain('default');
      expect(leaf).toMatchObject({ apiVersion: 'a.io/v1', kind: 'K' });
    }
  });

  it('is left alone where it is an expression', () => {
    const text = spec('\'{apiVersion: a.io/v1, kind: K, metadata: {namespace: "{{ $sys.namespace }}", name: x}}\'');
    expect(findingsOf(text)).toEqual(['warning deprecated-key @5:7']);
  });
});
