/** What each verb's workflow may see, and what verbs need of the rest of the plan. */
import { describe, expect, it } from 'vitest';
import { capacityOf } from '../../compile/capacity.js';
import { findingsOf, planOf, problemOf, type SpecParts, specOf } from '../spec.testing.js';

const findings = (parts: SpecParts): string[] => findingsOf(specOf(parts)).map((finding) => finding.replace(/ @.*/, ''));

/** A workflow of one object whose name is the expression. */
const leaf = (expression: string): string =>
  `workflow: {entrypoint: leaf, templates: [{name: leaf, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: '${expression}'}}"}}]}`;
const system = (verb: string, expression: string): SpecParts => ({ more: `${verb}: {${leaf(expression)}}` });
const custom = (expression: string, head = 'verb: repair'): SpecParts => ({
  service: `customWorkflows:\n  - {${head}, ${leaf(expression)}}`,
});

describe('what a workflow sees', () => {
  it.each([
    ['backup', '{{ $sys.snapshot.id }}'],
    ['backup', '{{ $sys.snapshot.time }}'],
    ['deleteBackup', '{{ $sys.snapshot.metadata.name }}'],
    ['restore', '{{ $sys.restore.metadata.name }}'],
    ['restore', '{{ $sys.restore.snapshotTime }}'],
    ['restore', '{{ $sys.sourceInstanceId }}-{{ $sys.targetInstanceId }}'],
    ['failover', '{{ $var.failedReplicaId }}-{{ $var.failedReplicaAction }}'],
  ])('%s: %s', (verb, expression) => {
    expect(findings(system(verb, expression))).toEqual([]);
  });

  it.each([
    ['restore', '{{ $sys.snapshot.id }}', 'error wrong-context'],
    ['backup', '{{ $sys.restore.snapshotId }}', 'error wrong-context'],
    ['deleteBackup', '{{ $sys.sourceInstanceId }}', 'error wrong-context'],
    ['start', '{{ $sys.snapshot.id }}', 'error wrong-context'],
    ['backup', '{{ $sys.snapshot.nmae }}', 'error unknown-system-value'],
    ['start', '{{ $var.replicaCount }}', 'error undeclared-variable'],
    ['modify', '{{ $var.failedReplicaId }}', 'error undeclared-variable'],
    ['addCapacity', '{{ $var.failedReplicaId }}', 'error undeclared-variable'],
  ])('not %s: %s', (verb, expression, finding) => {
    expect(findings(system(verb, expression))).toContain(finding);
  });

  it.each(['{{ $sys.snapshot.id }}', '{{ $sys.restore.snapshotId }}', '{{ $sys.targetInstanceId }}'])(
    'not a custom one: %s',
    (expression) => {
      expect(findings(custom(expression))).toEqual(['error wrong-context']);
    },
  );

  it.each(['{{ $var.replicaCount }}', '{{ $var.failedReplicaId }}'])(
    'not a custom one without a parameter of that name: %s',
    (expression) => {
      expect(findings(custom(expression))).toEqual(['error undeclared-variable']);
    },
  );

  it('names the workflow, its resource and the parameter that is missing', () => {
    const problem = problemOf(specOf(custom('{{ $var.mdoe }}', 'verb: repair, apiParameters: [{key: mode}]')), 'undeclared-variable');
    expect(problem.message).toBe("`$var.mdoe` is not declared: workflow 'repair' of 'main' has no parameter 'mdoe'.");
    expect(problem.cure).toContain('Did you mean `mode`?');
  });
});

describe('custom workflows', () => {
  it.each([
    ['', ['FLEET']],
    [', scope: []', ['FLEET']],
    [', scope: [fleet]', ['FLEET']],
    [', scope: [customer]', ['END_CUSTOMER']],
    [', scope: [END_CUSTOMER]', ['END_CUSTOMER']],
    [', scope: [FLEET, Customer]', ['FLEET', 'END_CUSTOMER']],
    [', scope: [all]', ['FLEET', 'END_CUSTOMER']],
  ])('scope%s', (scope, expected) => {
    const plan = planOf(specOf(custom('x', `verb: repair${scope}`)));
    expect(plan.resources[0]?.customWorkflows[0]?.scope).toEqual(expected);
  });

  it.each([
    ['verb: start', 'error system-verb'],
    ['verb: ADD_CAPACITY', 'error system-verb'],
    ['verb: delete-backup', 'error system-verb'],
    ['verb: "fix it"', 'error bad-verb'],
    ['verb: repair, scope: [everybody]', 'error unknown-value'],
    ['verb: repair, apiParameters: [{key: a}, {key: a}]', 'error not-unique'],
    ['verb: repair, apiParameters: [{key: a, type: Int, defaultValue: "x"}]', 'error bad-default'],
    ['displayName: Repair', 'error missing-key'],
  ])('%s', (head, finding) => {
    expect(findings(custom('x', head))).toContain(finding);
  });

  it('may not have a verb twice, whatever its letters', () => {
    const service = `customWorkflows:\n  - {verb: repair, ${leaf('x')}}\n  - {verb: Repair, ${leaf('y')}}`;
    expect(findings({ service })).toEqual(['error not-unique']);
  });
});

describe('capacity', () => {
  const add = system('addCapacity', '{{ $var.replicaCount }}');

  it('warns where a call could only be refused', () => {
    expect(findings(add)).toEqual(['warning replica-count-unknown']);
    expect(problemOf(specOf(add), 'replica-count-unknown').message).toContain("'main'");
  });

  it.each<[string, SpecParts, object]>([
    [
      'a parameter of that name',
      { parameters: '- {key: replicaCount, type: Int, limits: {min: 2, max: 5}}' },
      { parameter: 'replicaCount', least: 2, most: 5 },
    ],
    [
      'a parameter that the plan names',
      { parameters: '- {key: nodes, type: Int}', service: 'compute: {replicaCountAPIParam: nodes}' },
      { parameter: 'nodes', least: 1 },
    ],
    ['a fixed number', { service: 'compute: {replicaCount: 3}' }, { start: 3, least: 1 }],
    ['autoscaling', { service: 'capabilities: {autoscaling: {minReplicas: 2, maxReplicas: 4}}' }, { start: 2, least: 2, most: 4 }],
    [
      'the tightest bounds',
      {
        parameters: '- {key: replicaCount, type: Int, limits: {min: 1, max: 9}}',
        service: 'capabilities: {autoscaling: {minReplicas: 2, maxReplicas: 12}}',
      },
      { parameter: 'replicaCount', start: 2, least: 2, most: 9 },
    ],
  ])('knows the present number from %s', (_what, parts, expected) => {
    const spec = specOf({ ...parts, ...add });
    expect(findingsOf(spec)).toEqual([]);
    const [resource] = planOf(spec).resources;
    expect(resource && capacityOf(resource)).toEqual(expected);
  });

  it('refuses bounds that no count fits', () => {
    expect(findings({ service: 'capabilities: {autoscaling: {minReplicas: 3, maxReplicas: 2}}' })).toEqual(['error bad-limits']);
  });
});

describe('backups', () => {
  it.each([
    [['backup'], 'restore, deleteBackup'],
    [['backup', 'restore'], 'deleteBackup'],
    [['deleteBackup', 'restore'], 'backup'],
  ])('need all three workflows; of %j: %s', (verbs, missing) => {
    const more = verbs.map((verb) => `${verb}: {${leaf('x')}}`).join('\n');
    const problem = problemOf(specOf({ service: 'capabilities: {backupConfiguration: {}}', more }), 'backup-workflows-missing');
    expect(problem.message).toContain(`missing: ${missing}.`);
  });

  it('are fine with all three', () => {
    const more = ['backup', 'restore', 'deleteBackup'].map((verb) => `${verb}: {${leaf('x')}}`).join('\n');
    expect(findings({ service: 'capabilities: {backupConfiguration: {}}', more })).toEqual([]);
  });
});
