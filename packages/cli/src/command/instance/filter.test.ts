import { expect, it } from 'vitest';
import { fleet } from '../fleet.testing.js';

async function asked(...options: string[]) {
  const bodies: unknown[] = [];
  const line = await fleet(({ path, body }) => {
    if (path.includes('search-inventory')) bodies.push(body);
    return undefined;
  });
  const { code, err } = await line.run('instance', 'list', ...options);
  return { code, err, body: bodies.at(-1) };
}

const search = (predicates: object[], tags: object[] = []) => ({
  query: 'resourceinstance:i',
  filters: { resourceInstance: { predicates, tags } },
});

it('instances are listed by what they are, any of several groups, and by tags', async () => {
  expect((await asked()).body).toEqual(search([{}]));
  expect((await asked('--status', 'FAILED')).body).toEqual(search([{ status: 'FAILED' }]));
  const { body } = await asked(
    '-f',
    'status:FAILED,region:eu-central-1',
    '--filter',
    'instance_id:instance-1',
    '--tag',
    'team=blue',
    '--tag',
    'a=b',
  );
  expect(body).toEqual(
    search(
      [{ status: 'FAILED', regionCode: 'eu-central-1' }, { instanceId: 'instance-1' }],
      [
        { key: 'team', value: 'blue' },
        { key: 'a', value: 'b' },
      ],
    ),
  );
});

it('a filter that nobody knows is said, with those that there are', async () => {
  const { code, err, body } = await asked('--filter', 'colour:blue');
  expect([code, body]).toEqual([1, undefined]);
  expect(err).toContain('"colour:blue" must be key:value, the key one of instance_id, service');
});

it('a tag without a value is refused by the name of its option', async () => {
  const { code, err, body } = await asked('--tag', 'team');
  expect([code, body]).toEqual([1, undefined]);
  expect(err).toContain('--tag "team" must be name=value.');
});
