import { describe, expect, it } from 'vitest';
import { fleet } from '../fleet.testing.js';

const endpoint = (name: string, primary: boolean, port = 5432) => ({
  [name]: { endpoint: `${name}.example`, healthStatus: 'UNKNOWN', networkingType: 'PUBLIC', openPorts: [port], primary },
});
const described = (endpoints: object, more: object = {}) => ({
  input_params: { databaseName: 'app', password: '********' },
  consumptionResourceInstanceResult: {
    id: 'instance-1',
    status: 'RUNNING',
    result_params: {},
    detailedNetworkTopology: { r: { resourceName: 'CNPG', additionalEndpoints: endpoints } },
    ...more,
  },
});
const tasks = [{ kind: 'task', name: 'access', object: { kind: 'Secret', name: 'pg-app', namespace: 'instance-1' } }];
const progress = { instanceId: 'instance-1', status: 'RUNNING', final: true, endpoints: {}, run: { id: 'w', tasks } };
const line = (instance: object) => fleet(({ path }) => (path.endsWith('/progress') ? { body: progress } : undefined), instance);

describe('instance connect', () => {
  it('says address, URI and lines to paste, the primary endpoint first, and where the password lies', async () => {
    const { code, out } = await (await line(described({ ...endpoint('reader', false), ...endpoint('writer', true) }))).run(
      'instance',
      'connect',
      'instance-1',
      '--user',
      'ann',
    );
    expect(code).toBe(0);
    expect(out.indexOf('endpoint writer')).toBeLessThan(out.indexOf('endpoint reader'));
    expect(out).toContain('postgresql://ann@writer.example:5432/app');
    expect(out).toContain('psql -h writer.example -p 5432 -U ann -d app');
    expect(out).toContain('"password", which the API does not show; Secret pg-app: kubectl get secret pg-app -n instance-1 -o yaml');
  });

  it('prints one line for a driver, and all of it as JSON', async () => {
    const one = await line(described(endpoint('writer', true)));
    expect((await one.run('instance', 'connect', 'instance-1', '--driver', 'psql')).out).toBe('psql -h writer.example -p 5432 -d app\n');
    const json = JSON.parse((await one.run('instance', 'connect', 'instance-1', '-o', 'json')).out) as { endpoints: object[] };
    expect(json).toMatchObject({ instance_id: 'instance-1', database: 'app', endpoints: [{ host: 'writer.example', ports: [5432] }] });
  });

  it('knows host and port of what it has no client for, and says so', async () => {
    const other = await line(described(endpoint('api', true, 9092)));
    expect((await other.run('instance', 'connect', 'instance-1')).out).toContain('nc -vz api.example 9092');
    expect(await other.run('instance', 'connect', 'instance-1', '--driver', 'psql')).toMatchObject({
      code: 1,
      err: expect.stringContaining('use --driver generic'),
    });
  });

  it('shows a password only where the API does', async () => {
    const masked = await line(described(endpoint('writer', true)));
    const refused = await masked.run('instance', 'connect', 'instance-1', '--show-password');
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('The API shows no password') });
    const open = await line(described(endpoint('writer', true), { result_params: { adminPassword: 'opensesame' } }));
    expect((await open.run('instance', 'connect', 'instance-1')).out).not.toContain('opensesame');
    expect((await open.run('instance', 'connect', 'instance-1', '--show-password')).out).toContain('opensesame');
  });

  it('refuses where there is nothing to connect to, and names what there is', async () => {
    expect(await (await line(described({}))).run('instance', 'connect', 'instance-1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no endpoints'),
    });
    expect(
      (await (await line(described(endpoint('writer', true)))).run('instance', 'connect', 'instance-1', '--endpoint', 'x')).err,
    ).toContain('There is: writer');
  });
});
