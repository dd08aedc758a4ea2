import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildPlan } from './build.js';

const reference = readFileSync(new URL('./fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

describe('buildPlan', () => {
  it('builds the minimal plan of the reference without any problem', () => {
    const { problems, plan } = buildPlan(reference);
    expect(problems).toEqual([]);
    expect(plan).toMatchObject({ name: 'Postgres Operator', tenancyType: 'CUSTOM_TENANCY', deployment: { model: 'HOSTED' } });
    expect(plan?.resources[0]).toMatchObject({
      key: 'CNPG',
      kind: 'OperatorCRD',
      endpoints: [{ name: 'writer', primary: true }, { name: 'reader' }],
    });
  });
});
