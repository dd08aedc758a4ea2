import { describe, expect, it } from 'vitest';
import { type TestCell, testCell } from '../../cell.testing.js';
import { arrayAt, at, type JsonObject, stringAt } from '../../json.js';

const GROUP = '/apis/postgresql.cnpg.io/v1/namespaces/db';
const ONE = `${GROUP}/clusters/one`;
const CRD = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusters.postgresql.cnpg.io';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };

const cluster = (spec: JsonObject = {}) => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'one' },
  spec: { instances: 1, imageName: 'postgresql:15', storage: { size: '20Gi' }, ...spec },
});

async function withCluster(): Promise<TestCell> {
  const cell = await testCell();
  await cell.call('POST', '/simulator/charts', { name: 'cloudnative-pg', version: '0.28.2' });
  await cell.until(CRD, (crd) =>
    arrayAt(crd, 'status', 'conditions').some((one) => at(one, 'type') === 'Established' && at(one, 'status') === 'True'),
  );
  await cell.call('POST', '/api/v1/namespaces', { metadata: { name: 'db' } });
  expect((await cell.call('POST', `${GROUP}/clusters`, cluster())).code).toBe(201);
  await cell.until(ONE, (one) => stringAt(one, 'status', 'phase') !== '');
  return cell;
}

describe('what the simulated CloudNativePG operator refuses', () => {
  it('does not shrink storage, by whatever verb', async () => {
    const cell = await withCluster();
    const smaller = { storage: { size: '10Gi' } };
    // The operator writes, too: what was read may be outdated, which is asked about before anything else.
    const putSmaller = async () => {
      for (;;) {
        const { body } = await cell.call('GET', ONE);
        const answer = await cell.call('PUT', ONE, { ...body, spec: { ...(body.spec as JsonObject), ...smaller } });
        if (answer.code !== 409) return answer;
      }
    };
    const answers = [
      await cell.call('PATCH', ONE, { spec: smaller }, MERGE),
      await cell.call('PATCH', `${ONE}?fieldManager=me&force=true`, cluster(smaller), APPLY),
      await putSmaller(),
      await cell.call('PATCH', ONE, [{ op: 'replace', path: '/spec/storage/size', value: '10Gi' }], {
        'content-type': 'application/json-patch+json',
      }),
    ];
    for (const { code, body } of answers) {
      expect([code, body.reason]).toEqual([422, 'Invalid']);
      expect(body.message).toBe(
        'admission webhook "vcluster.cnpg.io" denied the request: Cluster.cluster.cnpg.io "one" is invalid: spec.storage: Invalid value: "10Gi": can\'t shrink existing storage from 20Gi to 10Gi',
      );
    }
    expect((await cell.call('PATCH', ONE, { spec: { storage: { size: '30Gi' } } }, MERGE)).code).toBe(200);
  });

  it('does not go back to an older major version', async () => {
    const cell = await withCluster();
    const answer = await cell.call('PATCH', ONE, { spec: { imageName: 'postgresql:14.9' } }, MERGE);
    expect(answer.body.message).toMatch(/can't downgrade from major 15 to 14/);
    expect((await cell.call('PATCH', ONE, { spec: { imageName: 'postgresql:15.4' } }, MERGE)).code).toBe(200);
  });

  it.each([
    [{ storage: { size: '10GB' } }, /spec.storage.size: Invalid value: "10GB": Size value isn't valid/],
    [{ imageName: 'postgresql:latest' }, /Can't use 'latest' as image tag/],
    [{ postgresql: { parameters: { port: '5433' } } }, /parameters.port: Invalid value: "5433": Can't set fixed configuration parameter/],
    [{ bootstrap: { recovery: { source: 'gone' } } }, /External cluster gone not found/],
    [{ maxSyncReplicas: 1 }, /maxSyncReplicas must be lower than the number of instances/],
    [{ instances: 0 }, /spec.instances in body should be greater than or equal to 1/],
  ])('refuses %j', async (spec, message) => {
    const cell = await withCluster();
    const answer = await cell.call('POST', `${GROUP}/clusters?dryRun=All`, { ...cluster(spec), metadata: { name: 'two' } });
    expect([answer.code, answer.body.message]).toEqual([422, expect.stringMatching(message)]);
  });

  it('takes what is unchecked on purpose, and leaves kinds alone whose operator is not there', async () => {
    const cell = await withCluster();
    const annotations = { 'cnpg.io/validation': 'disabled' };
    expect((await cell.call('PATCH', ONE, { metadata: { annotations }, spec: { storage: { size: '1Gi' } } }, MERGE)).code).toBe(200);
    await cell.call('DELETE', '/simulator/charts/cloudnative-pg');
    const bad = { ...cluster({ storage: { size: 'x' } }), metadata: { name: 'two' } };
    expect((await cell.call('POST', `${GROUP}/clusters?dryRun=All`, bad)).code).toBe(201);
  });
});
