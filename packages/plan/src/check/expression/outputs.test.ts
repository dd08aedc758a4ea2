/** What output parameters may say, and what of them cannot have a value. */
import { describe, expect, it } from 'vitest';
import { findingsOf, problemOf } from '../spec.testing.js';

const leaf =
  'workflow: {entrypoint: t, templates: [{name: t, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}"}}]}';
const spec = (output: string, parts: { verb?: string; custom?: boolean; text?: string } = {}) => `
name: Outputs
services:
  - name: Main
    dependsOn: [store]
    apiParameters: [{key: user, type: String, defaultValue: app}]
    endpointConfiguration: {e: {host: "${parts.text ?? 'h'}", ports: [1]}}
    systemWorkflows:
      create: {outputParameters: {own: $sys.id${parts.verb === undefined && parts.custom !== true ? `, o: '${output}'` : ''}}, ${leaf}}
      backup: {outputParameters: {path: x}, ${leaf}}
${parts.verb === undefined ? '' : `      ${parts.verb}: {outputParameters: {o: '${output}'}, ${leaf}}\n`}${
  parts.custom === true
    ? `    customWorkflows: [{verb: look, apiParameters: [{key: depth}], outputParameters: {o: '${output}'}, ${leaf}}]\n`
    : ''
}  - name: Store
    internal: true
    systemWorkflows:
      create: {outputParameters: {host: $tasks.t.resource.metadata.name}, ${leaf}}
      modify: {outputParameters: {host: x, size: x}, ${leaf}}
`;
const found = (text: string) => findingsOf(text).map((finding) => finding.replace(/ @.*/, ''));

describe('an output that only looks like one', () => {
  it.each([
    ['$tasks.t.resource.stauts.phase', 'error no-value', '`status`'],
    ['{{ $tasks.t.resource.Metadata.name }}', 'error no-value', '`metadata`'],
    ['tasks.t.resource.status.phase', 'error near-miss', '`$tasks.t.resource.status.phase`'],
    ['$out.own', 'error unbraced-expression', '$tasks'],
    ['$tasks.t.resource.status.conditions.#(type==Ready.status', 'error unbraced-expression', 'close the brackets'],
  ])('%s', (output, finding, cure) => {
    expect(found(spec(output))).toEqual([finding]);
    expect(problemOf(spec(output), finding.split(' ')[1] ?? '').cure).toContain(cure);
  });

  it.each(['$tasks.t.resource.data.x', '$tasks.t.resource.state.x', '$5.00', 'price in $US', 'tasks.txt', '$HOME'])(
    'and not %s',
    (output) => {
      expect(found(spec(output))).toEqual([]);
    },
  );
});

describe('outputs', () => {
  it.each([
    '$var.user',
    '$sys.instanceId',
    '$secret.KEY',
    '$store.out.host',
    '$main.var.user',
    'https://{{ $var.user }}@{{ $sys.network.externalClusterEndpoint }}/{{ $tasks.t.resource.metadata.name }}',
    '$func.base64encode($tasks.t.resource.metadata.name)',
    '$tasks.t.resource.status.conditions.#(type=="Ready").reason',
    '{{ $tasks.t.resource.status.conditions[?(@.type=="Ready")].reason }}',
    '{{ .Values.x }}',
  ])('may be %s, in every workflow', (output) => {
    expect(found(spec(output))).toEqual([]);
    expect(found(spec(output, { verb: 'modify' }))).toEqual([]);
    expect(found(spec(output, { verb: 'stop' }))).toEqual([]);
    expect(found(spec(output, { custom: true }))).toEqual([]);
  });

  it.each([
    ['$tasks.tt.resource.metadata.name', 'unknown-task', '`t`'],
    ['$stroe.out.host', 'unknown-root', '`store`'],
    ['$store.out.hots', 'unknown-output', '`host`'],
    ['$store.out.size', 'unknown-output', 'create workflow, too'],
    ['$main.out.own', 'no-value', 'later workflow'],
    ['$store.sys.netwrok.domainSuffix', 'unknown-system-value', '`network`'],
    ['$var.uesr', 'undeclared-variable', '`user`'],
    ['{{workflow.parameters.x}}', 'wrong-context', '$var'],
    ['a {{inputs.parameters.x}}', 'wrong-context', '$tasks'],
    ['$func.random(string, $tasks.t.resource.spec.n)', 'no-value', 'without $tasks'],
    ['$tasks.t.resource.status.x.#(type=="Ready"', 'unbraced-expression', ''],
    ['{{ $tasks.t.resource.status.x.#(type=="Ready" }}', 'expression-syntax', '#(type=="Ready")'],
  ])('may not be %s: %s', (output, code, cure) => {
    expect(problemOf(spec(output), code).cure).toContain(cure);
  });

  it('of the resource itself are read in later workflows and in its endpoints', () => {
    expect(found(spec('$main.out.own', { verb: 'modify' }))).toEqual([]);
    expect(found(spec('$main.out.own', { custom: true }))).toEqual([]);
    expect(found(spec('x', { text: '{{ $main.out.own }}' }))).toEqual([]);
    expect(found(spec('$main.out.onw', { verb: 'modify' }))).toEqual(['error unknown-output']);
    expect(found(spec('$store.out.size', { verb: 'modify' }))).toEqual([]);
  });

  it('of a backup are what a restore finds', () => {
    expect(found(spec('$sys.restore.metadata.path', { verb: 'restore' }))).toEqual([]);
    expect(problemOf(spec('$sys.restore.metadata.paht', { verb: 'restore' }), 'unknown-output')).toMatchObject({
      severity: 'warning',
      cure: 'Did you mean `path`?',
    });
    expect(found(spec('$func.default($sys.restore.metadata.older, x)', { verb: 'restore' }))).toEqual([]);
  });
});
