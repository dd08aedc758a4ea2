import { describe, expect, it } from 'vitest';
import { findingsOf, planOf, problemOf, specOf } from '../check/spec.testing.js';
import { buildPlan } from '../build.js';
import { capacityOf } from './capacity.js';

const BODY =
  '{entrypoint: a, templates: [{name: a, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: xx}}"}}]}';

describe('keys of the published schema that act', () => {
  it('takes `update` for `modify` where that is missing, and says so where it is not', () => {
    expect(Object.keys(planOf(specOf({ more: `update: {workflow: ${BODY}}` })).resources[0]?.systemWorkflows ?? {})).toEqual([
      'create',
      'modify',
    ]);
    const both = specOf({ more: `modify: {workflow: ${BODY}}\nupdate: {workflow: ${BODY.replaceAll('xx', 'yy')}}` });
    expect(problemOf(both, 'update-unused').severity).toBe('warning');
    expect(JSON.stringify(planOf(both).resources[0]?.systemWorkflows.modify)).not.toContain('yy');
  });

  it('leaves out workflows whose body lies in a file, and says so', () => {
    const spec = specOf({
      more: 'restart: {workflowFile: wf/restart.yaml}',
      service: 'customWorkflows: [{verb: v, displayName: V, workflowFile: v.yaml}]',
    });
    expect(findingsOf(spec)).toEqual(['warning workflow-file @4:49', 'warning workflow-file @20:17']);
    expect(planOf(spec).resources[0]).toMatchObject({ systemWorkflows: { create: {} }, customWorkflows: [] });
    expect(planOf(spec).resources[0]?.systemWorkflows.restart).toBeUndefined();
    expect(findingsOf(specOf({ more: 'restart: {}' }))).toEqual(['error missing-key @19:16']);
  });

  it('takes outputs from the list form', () => {
    const custom = (valueRef: string) =>
      specOf({
        service: `customWorkflows: [{verb: v, displayName: V, outputParameters: {a: $tasks.a.resource.kind}, outputParameterSpecs: [{name: a, type: string, valueRef: other}, {name: n, type: string, valueRef: ${valueRef}}], workflow: ${BODY}}]`,
      });
    expect(planOf(custom('$tasks.a.resource.metadata.name')).resources[0]?.customWorkflows[0]?.outputs).toEqual([
      { name: 'a', value: '$tasks.a.resource.kind' },
      { name: 'n', value: '$tasks.a.resource.metadata.name' },
    ]);
    expect(findingsOf(custom('$tasks.nobody.resource.metadata.name'))).toHaveLength(1);
  });

  it('takes credentials of a chart from `authProvider`', () => {
    const chart = (more: string) =>
      specOf({
        service: `operatorCRDConfiguration: {helmChartDependencies: [{chartName: c, chartVersion: 1.0.0, chartRepoURL: https://x, authProvider: {username: u, password: $secret.P}${more}}]}`,
      });
    expect(planOf(chart('')).resources[0]?.charts[0]).toMatchObject({ username: 'u', password: '$secret.P' });
    expect(problemOf(chart(', password: p'), 'credentials-conflict').severity).toBe('error');
  });

  it('takes `dependentResourceKey` for `dependentResource`', () => {
    expect(
      planOf(specOf({ parameters: '- {key: r, type: Resource, dependentResourceKey: main}' })).resources[0]?.parameters[0],
    ).toMatchObject({
      dependentResource: 'main',
    });
  });

  it('reads bounds of scaling in their older form', () => {
    const plan = planOf(
      specOf({
        service:
          'capabilities: {autoscaling: {minReplicas: {Type: 0, IntVal: 2, StrVal: ""}, maxReplicas: {Type: 1, IntVal: 0, StrVal: "5"}}}',
      }),
    );
    expect(plan.resources[0] && capacityOf(plan.resources[0])).toEqual({ start: 2, least: 2, most: 5 });
  });

  it('keeps a deadline of a DAG, and gives the workflow as much time', () => {
    const spec = (seconds: number, workflow?: string) =>
      specOf(workflow === undefined ? {} : { workflow }).replace('dag: {', `activeDeadlineSeconds: ${seconds}\n              dag: {`);
    const create = (text: string) => planOf(text).resources[0]?.systemWorkflows.create;
    expect(create(spec(2700))?.templates[0]).toMatchObject({ type: 'dag', activeDeadlineSeconds: 2700 });
    expect(create(spec(2700))?.activeDeadlineSeconds).toBeUndefined();
    expect(create(spec(7200))?.activeDeadlineSeconds).toBe(7200);
    expect(create(spec(7200, 'activeDeadlineSeconds: 60'))?.activeDeadlineSeconds).toBe(60);
  });

  it('takes what published plans write beside the deployment block', () => {
    const { plan, problems } = buildPlan(
      'name: P\ndeployment: {onPremDeployment: {awsAccountId: "1"}, requirements: {k8sVersion: ">=1.30.0"}, onPremInstallerTools: {helperUserScript: x}}\nservices: [{name: S, type: operator}]\n',
    );
    expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    expect(plan?.deployment).toMatchObject({ model: 'ON_PREM', settings: { requirements: { k8sVersion: '>=1.30.0' } } });
  });

  it('needs one source of a chart that is a resource', () => {
    const source = (chart: string) =>
      buildPlan(`name: P\nservices: [{name: S, helmChartConfiguration: {${chart}}}]\n`)
        .problems.filter((problem) => problem.severity === 'error')
        .map((problem) => problem.code);
    expect(source('chartName: c, chartVersion: "1", chartRepoName: r, chartRepoURL: https://x')).toEqual([]);
    expect(source('artifactRelativePath: charts/x')).toEqual([]);
    expect(source('artifactsLocalPath: charts/x, chartName: c, chartRepoURL: ""')).toEqual([]);
    expect(source('namespace: n')).toEqual(['missing-key']);
    expect(source('artifactsLocalPath: x, artifactRelativePath: y')).toEqual(['source-conflict']);
    expect(source('artifactsLocalPath: x, chartName: c, chartRepoURL: https://x')).toEqual(['source-conflict']);
  });
});
