import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { testCustomer } from '../../subscriptions/customer.testing.js';
import { callsPlan, openCalls, rested } from '../calls.testing.js';
import { admitReveal } from './reveal-secret.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openCalls(database);
afterAll(() => world.close());

/** A password that the plan shows, one that it does not, and a secret output. */
const plan = await world.offer(
  callsPlan()
    .replace(
      '    apiParameters:\n',
      [
        '    apiParameters:',
        '      - {key: password, type: Password, modifiable: true, export: true, defaultValue: "secret-of-all"}',
        '      - {key: inner, type: Password, export: false, defaultValue: "nobody-sees"}\n',
      ].join('\n'),
    )
    .replace(
      '      create:\n',
      '      create:\n        outputParameters: {uri: "db://app:{{ $var.password }}@here", plain: "{{ $var.size }}"}\n',
    ),
);
const { place } = plan;
const customer = (name: string, ...plans: string[]) => testCustomer(world.deps.db, { name, provider: world.caller, plans });
const anna = await customer('anna', place.planId);
const bert = await customer('bert', place.planId);
type As = typeof anna;

const offered = `/resource-instance/${place.serviceProviderId}/${place.serviceId}/v1/${place.environmentId}/${place.modelId}/${place.planId}/database`;
const ask = (caller: As, method: string, path: string, body?: unknown) => world.request(method, path, body, { caller });
const own = (caller: As, method: string, path: string, body?: unknown) => world.request(method, `/api/instances/${path}`, body, { caller });

async function running(): Promise<string> {
  const { id } = (await ask(anna, 'POST', offered, { requestParams: { password: 'only-annas' } })).body;
  await world.reach(id, 'RUNNING');
  await rested(world, id);
  return id;
}
const id = await running();

describe('a secret', () => {
  const reveal = (caller: As, key: string) => own(caller, 'POST', `${id}/reveal`, { key });
  it('is read in clear by whoever may change the instance: a parameter, or an output', async () => {
    expect((await reveal(anna, 'password')).body).toEqual({ key: 'password', value: 'only-annas' });
    expect((await reveal(anna, 'uri')).body).toEqual({ key: 'uri', value: 'db://app:only-annas@here' });
    expect((await ask(anna, 'GET', `${offered}/${id}`)).body.result_params).toMatchObject({ password: '***', uri: '***', plain: 7 });
  });
  it.each(['inner', 'size', 'plain', 'nothing', '__proto__'])('is not what is hidden, no secret or not there: %s', async (key) =>
    expect((await reveal(anna, key)).body).toMatchObject({ code: 'secret-not-found' }),
  );
  it('is for the provider and other customers to leave alone', async () => {
    expect((await reveal(world.caller, 'password')).body).toMatchObject({ code: 'secret-of-a-customer' });
    expect((await reveal(bert, 'password')).body).toMatchObject({ code: 'instance-not-found' });
  });
  it('is read so often in a minute, and no more, whichever copy of the server is asked', async () => {
    const carl = await customer('carl', place.planId);
    const { db } = world.deps;
    await Promise.all(Array.from({ length: 20 }, () => admitReveal(db, carl)));
    const refused = await reveal(carl, 'password');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-reveals' } });
    expect(refused.body.message).toMatch(/read 20 secrets within a minute, .*\. Try again in \d+ s\./);
    await expect(admitReveal(db, { ...carl, userId: 'another member' })).resolves.toBeUndefined();
    await sql`update sign_in_attempts set until = now() where seconds = 60`.execute(db);
    expect((await reveal(carl, 'password')).status).toBe(404);
  });
  it('is read so often by all of an organization', async () => {
    const { db } = world.deps;
    for (let member = 0; member < 5; member++)
      await Promise.all(Array.from({ length: 20 }, () => admitReveal(db, { orgId: 'org-dora', userId: `member-${member}` })));
    await expect(admitReveal(db, { orgId: 'org-dora', userId: 'one more' })).rejects.toMatchObject({ code: 'too-many-reveals' });
    await expect(admitReveal(db, { orgId: 'org-emil', userId: 'one more' })).resolves.toBeUndefined();
  });
});

it('a customer sees the calls of the workflows that are for customers, with what came of them', async () => {
  const { supportedOperations } = (await ask(anna, 'GET', `${offered}/${id}`)).body;
  const repair = supportedOperations.find(({ verb }: { verb: string }) => verb === 'Repair').id;
  const called = await ask(anna, 'POST', `${offered}/${id}/custom-workflow/${repair}/execute`, {
    requestParams: { mode: 'fast', token: 'hush', label: 'a' },
    waitForCompletionSeconds: 30,
  });
  expect(called.body).toMatchObject({ status: 'SUCCESS' });
  const { serviceId, environmentId } = place;
  const audit = `/fleet/service/${serviceId}/environment/${environmentId}/resource-instance/${id}/workflow/audit`;
  const { executionId: hidden } = (await world.request('POST', audit, { waitForCompletionSeconds: 30 })).body;

  const listed = (await own(anna, 'GET', `${id}/executions`)).body.workflowExecutions;
  expect(listed).toMatchObject([{ verb: 'Repair', status: 'SUCCEEDED', requestParams: { mode: 'fast', token: '***' } }]);
  const { executionId } = listed[0];
  expect((await own(anna, 'GET', `${id}/executions/${executionId}`)).body).toMatchObject({ outputs: { phase: 'Done' }, executionId });
  expect((await own(anna, 'GET', `${id}/executions/${hidden}`)).status).toBe(404);
  expect((await own(bert, 'GET', `${id}/executions`)).body).toMatchObject({ code: 'instance-not-found' });
  expect((await own(world.caller, 'GET', `${id}/executions`)).body.workflowExecutions).toHaveLength(2);
});

it('a customer tries the failed run of their last operation again', async () => {
  const other = await running();
  world.broken.add(`${other}-modify`);
  expect((await ask(anna, 'PATCH', `${offered}/${other}`, { requestParams: { size: 9 } })).status).toBe(202);
  await world.reach(other, 'FAILED');
  await rested(world, other);
  const { run } = (await own(anna, 'GET', `${other}/progress`)).body;
  const retry = (caller: As, of = other) => own(caller, 'POST', `${of}/runs/${run.id}/retry`);
  expect((await retry(bert)).body).toMatchObject({ code: 'instance-not-found' });
  expect((await retry(anna, id)).body).toMatchObject({ code: 'run-not-found' });
  world.broken.delete(`${other}-modify`);
  world.release(`${other}-modify`);
  expect((await retry(anna)).status).toBe(202);
  await world.reach(other, 'RUNNING');
});
