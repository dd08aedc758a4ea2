import { describe, expect, it } from 'vitest';
import { parseGate } from './gate.js';
import type { GateField } from './model.js';
import { gateFaults } from './faults.js';
import type { GateFault } from './fault.js';

function faults(text: string, field: GateField = 'success', apiVersion = 'x.io/v1'): GateFault[] {
  const parsed = parseGate(text, field);
  if (!parsed.ok) throw new Error(`${parsed.problem.code}: ${parsed.problem.message}`);
  return gateFaults(parsed.value, apiVersion);
}

describe('a gate that can never hold', () => {
  it.each([
    ['stauts.phase == Running', 'gate-path-unknown', 'Did you mean `status`?'],
    ['Status.phase == Running', 'gate-path-unknown', 'Did you mean `status`?'],
    ['statu.phase == Running && spec.a == b', 'gate-path-unknown', 'Did you mean `status`?'],
    ['sttus.ready', 'gate-path-unknown', 'Did you mean `status`?'],
    ['!stauts.phase', 'gate-path-unknown', 'Did you mean `status`?'],
    ['spce.replicas == 1', 'gate-path-unknown', 'Did you mean `spec`?'],
    ['metdata.generation == 1', 'gate-path-unknown', 'Did you mean `metadata`?'],
    ['{.stauts.phase} == Running', 'gate-path-unknown', 'Did you mean `status`?'],
    ['$.stauts.phase == Running', 'gate-path-unknown', 'Did you mean `status`?'],
    ['status.replicas == stauts.x && stauts.y == 1', 'gate-path-unknown', 'Did you mean `status`?'],
    ['metadata.label.a == b', 'gate-path-unknown', 'Did you mean `labels`?'],
    ['metadata.annotation["a/b"] == "c"', 'gate-path-unknown', 'Did you mean `annotations`?'],
    ['"status.phase" == "Running"', 'gate-never-holds', 'status.phase'],
    ["'status.phase' == Running", 'gate-never-holds', 'status.phase'],
    ['"Running" == "Running"', 'gate-never-holds', 'Write a path'],
    ['3 >= 2', 'gate-never-holds', 'Write a path'],
    ['Running == status.phase', 'gate-never-holds', 'status.phase == Running'],
    ['status..phase == Running', 'gate-path-unknown', '`status.phase`'],
    ['true', 'gate-never-holds', 'leave the condition out'],
    ['1 == 1', 'gate-never-holds', 'leave the condition out'],
    ['status.phase == Running # wait', 'gate-value-odd', 'Remove the comment'],
    ['status.phase == Running;', 'gate-value-odd', 'Remove the ;'],
    ['status.phase == Running"', 'gate-value-odd', 'plain quotes'],
    ['status.phase == “Running”', 'gate-value-odd', 'plain quotes'],
    ['status.phase == `Running`', 'gate-value-odd', 'plain quotes'],
    ['status.phase == (Running, Ready)', 'gate-value-odd', 'in (a, b)'],
    ['status.phase in (Running;, Ready)', 'gate-value-odd', 'Remove the ;'],
    ['status.conditions[type=Ready] == True', 'gate-never-holds', '.status == True'],
    ['status.conditions.#(type=="Ready") == "true"', 'gate-never-holds', '.status == True'],
    ['status.phase == Running, status.phase == Ready', 'gate-never-holds', '||'],
    ['status.phase == Running && status.phase == Ready', 'gate-never-holds', '||'],
    ['status.phase in (a, b) && (status.x == 1 && status.phase == c)', 'gate-never-holds', '||'],
    ['status.phase == a && status.phase != a', 'gate-never-holds', '||'],
    ['status.n > 5 && status.n < 3', 'gate-never-holds', '||'],
    ['status.n >= 5 && status.n < 5', 'gate-never-holds', '||'],
    ['!status.phase && status.phase == a', 'gate-never-holds', '||'],
  ])('%s', (text, code, cure) => {
    const errors = faults(text).filter(({ severity }) => severity === 'error');
    expect(errors[0]).toMatchObject({ code, cure: expect.stringContaining(cure) });
  });

  it('is said where it stands', () => {
    const text = 'status.n == {{inputs.parameters.n}} && stauts.phase == Running';
    expect(text.slice(faults(text)[0]?.offset)).toBe('stauts.phase == Running');
  });
});

describe('a gate that hardly means what it says', () => {
  it.each([
    ['status.ready == True', 'gate-compares-text'],
    ['status.ready in (True)', 'gate-compares-text'],
    ['status.ready == FALSE', 'gate-compares-text'],
    ['status.ready', 'gate-holds-early'],
    ['status.ready && status.n == 3', 'gate-holds-early'],
    ['status.phase', 'gate-holds-early'],
    ['status.isLeader', 'gate-holds-early'],
    ['status.databaseInitialized', 'gate-holds-early'],
    ['phase == Running', 'gate-path-unknown'],
    ['resource.status.phase == Running', 'gate-path-unknown'],
    ['conditions.0.status == True', 'gate-path-unknown'],
    ['state.phase == Running', 'gate-path-unknown'],
    ['status.conditions.Ready.status == True', 'gate-path-unknown'],
    ['status.conditions == Ready', 'gate-never-holds'],
    ['status == Running', 'gate-never-holds'],
    ['status.phase == "status.wanted"', 'gate-compares-text'],
    ['status.phase == Running or Ready', 'gate-value-odd'],
  ])('%s', (text, code) => {
    expect(faults(text)).toMatchObject([{ severity: 'warning', code }]);
  });
});

describe('a gate as it should be', () => {
  it.each([
    '',
    'status.phase == Running',
    'status.phase == Cluster in healthy state && status.instances == {{inputs.parameters.n}}',
    'status.phase == Cluster is unrecoverable and needs manual intervention',
    'status.readyReplicas == spec.replicas && status.ready == true',
    'status.readyReplicas >= $.spec.replicas',
    '3 <= status.instances',
    '"Ready" == status.phase',
    'metadata.annotations["a/b"] == "c"',
    'metadata.annotations.count > 2',
    'metadata.deletionTimestamp',
    '!status.error',
    'status.conditions.0.status == True',
    'status.conditions.#(type=="Ready").status == True',
    'status.conditions[type=Ready].status == "True"',
    '{.status.conditions[?(@.type=="Ready")].status} == True',
    'status.conditions.#(type=="Ready")',
    'status.conditions.# > 0',
    'status.nodes[*].ready == true',
    'status.loadBalancer.ingress.0.ip',
    'status.primary.address',
    'status.ready == true',
    'status.ready == "True"',
    'status.ready == TRUE && status.state == Ready',
    'status.list == ["a"] && status.x == 1',
    'status.message == "a; b;"',
    "status.message == It's here",
    'status.phase == a || status.phase == b',
    'status.phase == a && status.other == b',
    'status.n >= 5 && status.n <= 5',
    'status.n > 3 && status.n < 5',
    'status.n == 1 && status.n == "1.0"',
    'status.phase != a && status.phase != b',
    'status.phase == {{a}} && status.phase == {{b}}',
    'status.{{a}} == 1 && status.{{b}} == 2',
    'status.state in (Ready, Failed) && status.state == Ready',
    'status.phase =~ "^(a|b);$"',
    'status.nothing == null && status.x == 1',
    'kind == Db',
  ])('%s', (text) => {
    expect(faults(text)).toEqual([]);
  });

  it('may ask for what only kinds of Kubernetes have', () => {
    expect(faults('data.ready == yes', 'success', 'v1')).toEqual([]);
    expect(faults('subsets.0.addresses.0.ip', 'success', 'v1')).toEqual([]);
    expect(faults('rules.0.verbs', 'success', 'rbac.authorization.k8s.io/v1')).toEqual([]);
    expect(faults('webhooks.# > 0', 'success', 'apps/v1')).toEqual([]);
    expect(faults('status.phase == a, status.phase == b', 'failure')).toEqual([]);
  });
});
