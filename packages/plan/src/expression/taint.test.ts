import { describe, expect, it } from 'vitest';
import { checkTaint } from './taint.js';

const check = (
  path: string,
  object: Parameters<typeof checkTaint>[0]['object'] = { kind: 'Cluster' },
  action: 'apply' | 'delete' = 'apply',
) => checkTaint({ object, taintedPaths: [path], action, instanceNamespace: 'instance-1' });

describe('checkTaint', () => {
  it.each([
    'metadata.namespace',
    'spec.namespace',
    'spec.tls.secretName',
    'spec.superuserSecret.name',
    'spec.env[0].valueFrom.secretKeyRef.name',
    'spec.imagePullSecrets[0].name',
    'spec.externalClusters[0].password.secretName',
    'spec.passwordSecret',
    'spec.auth.existingSecret',
    'spec.serviceAccountName',
    'spec.s3Credentials.accessKeyId.name',
  ])('refuses a tainted %s', (path) => {
    expect(check(path)).toMatchObject({ code: 'tainted-identifier', message: expect.stringContaining(path) });
  });

  it.each(['metadata.name', 'spec.backup.name', 'spec.bootstrap.recovery.backup.name', 'spec.secretRotation', 'metadata.labels.secret'])(
    'lets a tainted %s of an apply pass',
    (path) => {
      expect(check(path)).toBeUndefined();
    },
  );

  it('lets a delete reach the instance’s own objects only', () => {
    expect(check('metadata.name', { kind: 'Backup', metadata: { namespace: 'instance-1' } }, 'delete')).toBeUndefined();
    expect(check('metadata.name', { kind: 'Backup', metadata: { namespace: 'other' } }, 'delete')).toMatchObject({
      code: 'tainted-identifier',
    });
    expect(check('metadata.name', { kind: 'Backup', metadata: {} }, 'delete')).toMatchObject({ code: 'tainted-identifier' });
    expect(check('metadata.name', { kind: 'Secret', metadata: { namespace: 'instance-1' } }, 'delete')).toMatchObject({
      code: 'tainted-identifier',
    });
  });

  it.each([
    ['spec.serviceAccountName', 'cellplane-run'],
    ['spec.targetNamespace', 'kube-system'],
    ['spec.targetNamespace', 'cellplane-operators'],
    ['spec.existingSecret', 'sh.helm.release.v1.pg.v1'],
  ])('lets a parameter name a secret or an account, but not the platform’s own: %s = %s', (path, text) => {
    const chosen = (value: string, kind = 'Cluster', at = path) =>
      checkTaint({ object: { kind }, taintedPaths: [], chosenPaths: [at], chosenTexts: [value], action: 'apply' });
    expect(chosen(text)).toMatchObject({ code: 'reserved-name', message: expect.stringContaining(path) });
    expect(chosen('my-own')).toBeUndefined();
    expect(chosen(text, 'Secret', 'stringData.password')).toBeUndefined();
    expect(chosen(text, 'Cluster', 'spec.displayName')).toBeUndefined();
  });
});
