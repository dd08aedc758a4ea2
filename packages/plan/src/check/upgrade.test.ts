import { describe, expect, it } from 'vitest';
import { readFieldPath } from '../compile/upgrade.js';
import { findingsOf, planOf, problemOf, specOf } from './spec.testing.js';

const BODY =
  '{entrypoint: a, templates: [{name: a, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: xx}}"}}]}';

const specWith = (upgrade: string, custom = `[{verb: healthCheck, displayName: H, workflow: ${BODY}}]`) =>
  specOf({ service: `operatorCRDConfiguration: {upgrade: ${upgrade}}\ncustomWorkflows: ${custom}` });

const upgradeOf = (spec: string) => planOf(spec).resources[0]?.upgrade;

describe('how instances come to a version', () => {
  it('is read, and absent where the spec says nothing of it', () => {
    const whole = specWith('{verify: HealthCheck, rollback: true, restarts: [{kind: ConfigMap, paths: [data, "data.a"]}]}');
    expect(findingsOf(whole)).toEqual([]);
    expect(upgradeOf(whole)).toEqual({
      verify: 'HealthCheck',
      rollback: true,
      restarts: [{ kind: 'ConfigMap', paths: ['data', 'data.a'] }],
    });
    expect(upgradeOf(specWith('{}'))).toEqual({ rollback: false, restarts: [] });
    expect(upgradeOf(specOf({}))).toBeUndefined();
    expect(planOf(whole).resources[0]?.settings).toEqual({});
  });

  it('names a workflow that is there and asks for nothing', () => {
    const unknown = problemOf(specWith('{verify: healthChek}'), 'unknown-verify-workflow');
    expect(unknown).toMatchObject({ severity: 'error', path: 'services[0].operatorCRDConfiguration.upgrade.verify' });
    expect(unknown.cure).toBe('Did you mean `healthCheck`?');
    const asking = (more: string) =>
      specWith('{verify: check}', `[{verb: check, displayName: C, apiParameters: [{key: who, required: true${more}}], workflow: ${BODY}}]`);
    expect(problemOf(asking(''), 'verify-needs-parameters').message).toContain('needs who');
    expect(findingsOf(asking(', defaultValue: "me"'))).toEqual([]);
  });

  it('takes no expression: what is told before a change is known at build', () => {
    expect(findingsOf(specWith('{verify: "{{ $var.x }}"}'))).not.toEqual([]);
    expect(findingsOf(specWith('{rollback: "{{ $var.x }}"}'))).not.toEqual([]);
  });

  it('names fields that can be looked up, of kinds that are written', () => {
    expect(problemOf(specWith('{restarts: [{kind: ConfigMap, paths: [spec..image]}]}'), 'bad-field-path').path).toBe(
      'services[0].operatorCRDConfiguration.upgrade.restarts[0].paths[0]',
    );
    expect(problemOf(specWith('{restarts: [{kind: Cluster, paths: [spec]}]}'), 'restart-of-unknown-kind')).toMatchObject({
      severity: 'warning',
      cure: 'Use one of: ConfigMap.',
    });
  });
});

describe('a path of fields', () => {
  it.each([
    ['spec', ['spec']],
    ['spec.imageName', ['spec', 'imageName']],
    ['spec.list[*].image', ['spec', 'list', '*', 'image']],
    ['spec.list[0].a-b', ['spec', 'list', '0', 'a-b']],
    ['metadata.annotations["example.com/key"]', ['metadata', 'annotations', 'example.com/key']],
  ])('%s', (text, keys) => {
    expect(readFieldPath(text)).toEqual(keys);
  });

  it.each(['', '.spec', 'spec.', 'spec..a', 'a b', 'spec[', 'spec[x]', '[0]', 'spec[0]a', 'spec.list[]', '$.spec'])(
    'refuses %j',
    (text) => {
      expect(readFieldPath(text)).toBeUndefined();
    },
  );
});
