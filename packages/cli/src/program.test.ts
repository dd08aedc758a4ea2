import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type CommandLine, commandLine, errorBody, type StubServer, testToken } from './context.testing.js';
import type { Context } from './context.js';
import { createProgram } from './program.js';

const SERVER = 'http://127.0.0.1:8080';

async function signedIn(server: StubServer): Promise<CommandLine> {
  const line = await commandLine(server);
  await line.context.sessions.write(SERVER, { email: 'ops@example.com', token: testToken(3600), refreshToken: 'r1' });
  return line;
}

const service = {
  id: 's-1',
  key: 'postgres',
  name: 'Postgres',
  description: '',
  createdAt: '',
  serviceProviderID: 'sp-1',
  serviceProviderName: 'Provider',
  serviceEnvironments: [
    {
      id: 'se-1',
      name: 'Dev',
      type: 'DEV',
      visibility: 'PRIVATE',
      servicePlans: [{ productTierID: 'pt-1', name: 'Small', description: '', modelType: '', tierType: '' }],
    },
  ],
};

const instance = {
  id: 'instance-1',
  serviceId: 's-1',
  serviceEnvironmentId: 'se-1',
  resourceId: 'r-1',
  status: 'RUNNING',
  serviceName: 'Postgres',
};

describe('sessions', () => {
  it('are kept for each server, in a file that only the user can read', async () => {
    const line = await commandLine(({ path, body }) =>
      path === '/signin'
        ? { body: { jwtToken: testToken(3600), refreshToken: `of ${(body as { email: string }).email}` } }
        : { body: { services: [], ids: [] } },
    );
    expect(await line.run('login', '--email', 'a@example.com', '--password', 'x')).toMatchObject({ code: 0, err: '' });
    expect(await line.run('login', '--server', 'other:9090', '--email', 'b@example.com', '--password', 'x')).toMatchObject({ code: 0 });
    expect((await line.context.sessions.read(SERVER))?.refreshToken).toBe('of a@example.com');
    expect((await line.context.sessions.read('http://other:9090'))?.refreshToken).toBe('of b@example.com');
    expect((await stat(join(line.home, '.cellplane', 'config.yml'))).mode & 0o777).toBe(0o600);
    expect(await line.run('service', 'list')).toMatchObject({ code: 0, out: 'Nothing found.\n' });
  });

  it('read the password from standard input, without its line end', async () => {
    const seen: unknown[] = [];
    const server: StubServer = ({ path, body }) => {
      if (path === '/signin') seen.push(body);
      return { body: { jwtToken: testToken(3600), refreshToken: 'r' } };
    };
    const line = await commandLine(server, { readInput: async () => 'pass word\n' });
    await line.run('login', '--email', 'a@example.com', '--password-stdin');
    expect(seen).toEqual([{ email: 'a@example.com', password: 'pass word' }]);
  });

  it('are renewed once by commands that run at the same time', async () => {
    let renewals = 0;
    const renewed = testToken(3600, 'new');
    const line = await commandLine(({ path, body, token }) => {
      if (path !== '/refresh-token')
        return token === renewed ? { body: { services: [], ids: [] } } : { status: 401, body: errorBody('auth_failure', 'old') };
      renewals += 1;
      return (body as { refreshToken: string }).refreshToken === 'r1'
        ? { body: { jwtToken: renewed, refreshToken: 'r2' } }
        : { status: 401, body: errorBody('auth_failure', 'used') };
    });
    await line.context.sessions.write(SERVER, { email: 'ops@example.com', token: testToken(200), refreshToken: 'r1' });
    const results = await Promise.all(['list', 'list', 'list'].map((command) => line.run('service', command)));
    expect(results.map((result) => result.code)).toEqual([0, 0, 0]);
    expect(renewals).toBe(1);
  });

  it('are forgotten when the server says that they are over', async () => {
    const line = await commandLine(() => ({ status: 401, body: errorBody('auth_failure', 'used') }));
    await line.context.sessions.write(SERVER, { email: 'ops@example.com', token: testToken(1), refreshToken: 'r1' });
    expect(await line.run('service', 'list')).toMatchObject({ code: 1, err: expect.stringContaining('cellplane login') });
    expect(await line.context.sessions.read(SERVER)).toBeUndefined();
  });

  it('end at logout, at the server and here', async () => {
    const seen: unknown[] = [];
    const line = await signedIn(({ path, body }) => {
      seen.push(path, body);
      return { status: 200, body: {} };
    });
    expect(await line.run('logout')).toMatchObject({ code: 0 });
    expect(seen).toEqual(['/revoke-token', { refreshToken: 'r1' }]);
    expect(await line.run('logout')).toMatchObject({ code: 0, out: expect.stringContaining('not signed in') });
  });
});

describe('failures', () => {
  it('print class and message on stderr, details with cures, and exit 1', async () => {
    const details = [{ field: 'size', message: 'must be a number', cure: 'Give a number.' }];
    const line = await signedIn(() => ({ status: 400, body: errorBody('bad_request', 'Invalid request.', { details }) }));
    const { code, out, err } = await line.run('service', 'list');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe('Error: bad_request\nDetail: Invalid request.\n  size: must be a number\n    Give a number.\n');
  });

  it('say that the server is not running, and how to start one', async () => {
    const line = await signedIn(() => undefined);
    const { code, err } = await line.run('service', 'list');
    expect(code).toBe(1);
    expect(err).toContain('ECONNREFUSED');
    expect(err).toContain('cellplane serve');
  });

  it('say that something else answers there', async () => {
    const line = await signedIn(() => ({ status: 404, body: '<html>' }));
    expect((await line.run('service', 'list')).err).toContain('is it a Cellplane server?');
  });

  it.each([[['nonsense']], [['service', 'list', '-o', 'yaml']], [['build']], [['instance', 'create', '--plan', 'x']]])(
    'of usage exit 1: %j',
    async (args) => {
      const { code, err } = await (await signedIn(() => undefined)).run(...args);
      expect(code).toBe(1);
      expect(err).toContain('--help');
    },
  );
});

describe('the version', () => {
  it.each([[['--version']], [['-V']], [['--program-version']], [['-o', 'json', '--version']]])('is printed by %j', async (args) => {
    expect(await (await commandLine(() => undefined)).run(...args)).toEqual({ code: 0, out: '0.0.0\n', err: '' });
  });
});

describe('what does not exist', () => {
  it.each([
    [['instnce', 'list'], 'Did you mean instance?'],
    [['instance', 'creat'], 'Did you mean create?'],
    [['instance', 'list', '--fliter', 'x'], 'Did you mean --filter?'],
    [['--sever', 'x'], 'Did you mean --server?'],
  ])('%j is named, with what was meant', async (args, meant) => {
    const { code, out, err } = await (await commandLine(() => undefined)).run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(meant);
  });
});

describe('help', () => {
  it.each([
    [['--help']],
    [['instance', '--help']],
    [['instance', 'create', '--help']],
    [['workflow', 'events', '--help']],
    [['secret', 'set', '--help']],
    [['help', 'instance']],
    [['-o', 'json', 'instance', '--help']],
  ])('of %j exits 0 without a server', async (args) => {
    const { code, out } = await (await commandLine(() => undefined)).run(...args);
    expect(code).toBe(0);
    expect(out).toContain('Usage: cellplane');
  });
});

describe('every command', async () => {
  const program = await createProgram({ screen: {}, stderr: () => {}, env: {} } as unknown as Context, '0.0.0', 'all');
  const all = (command: Command): Command[] => command.commands.flatMap((child) => [child, ...all(child)]);
  const leaves = all(program).filter((command) => command.commands.length === 0);
  const pathOf = (command: Command): string => (command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`);

  it.each(leaves.map((command) => [pathOf(command), command] as const))('has an example in its help: %s', (path, command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => void (help += text) });
    command.outputHelp();
    expect(help).toMatch(/\nExamples?:\n/);
    expect(help).toContain(path);
  });
});

describe('output', () => {
  const server: StubServer = () => ({ body: { ids: ['s-1'], services: [service] } });

  it('is a table, JSON or tab-separated text', async () => {
    const line = await signedIn(server);
    expect((await line.run('service', 'list')).out).toBe('ID   NAME      DESCRIPTION  ENVIRONMENTS\ns-1  Postgres               Dev\n');
    expect(JSON.parse((await line.run('service', 'list', '-o', 'json')).out)).toEqual([{ service_id: 's-1', ...service }]);
    expect((await line.run('-o', 'text', 'service', 'list')).out).toBe('s-1\tPostgres\t\tDev\n');
  });

  it('finds things by id or by name in any letter case, and names what there is', async () => {
    const line = await signedIn(server);
    expect((await line.run('service', 'describe', 's-1')).code).toBe(0);
    expect((await line.run('service', 'describe', 'POSTGRES', '-o', 'json')).code).toBe(0);
    expect((await line.run('service', 'describe', 'mysql')).err).toContain('There is: Postgres');
  });
});

describe('check', () => {
  it('prints problems like a compiler and exits 1, or 0 for a spec that can be built', async () => {
    const line = await commandLine(() => undefined);
    const file = join(line.home, 'spec.yaml');
    await writeFile(file, 'name: x\nservices: 5\n');
    const wrong = await line.run('check', '-f', file);
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/spec\.yaml:2:\d+: error\[/);
    expect(JSON.parse((await line.run('check', '-f', file, '-o', 'json')).out)).toMatchObject({ valid: false });
    expect((await line.run('check', '-f', `${file}.missing`)).err).toContain('no such file');
  });

  it('reads the spec from standard input as -f -', async () => {
    const line = await commandLine(() => undefined, { readInput: async () => 'name: x\nservices: 5\n' });
    expect((await line.run('check', '-f', '-')).out).toMatch(/^-:2:\d+: error\[/);
  });
});

describe('build', () => {
  it('prints the server’s problems with the lines of the file', async () => {
    const details = [
      { field: 'services', code: 'wrong-type', message: 'Wrong.', cure: 'Write a list.', line: 2, column: 11, severity: 'error' },
    ];
    const line = await signedIn(() => ({
      status: 400,
      body: errorBody('bad_request', 'Invalid request: the plan spec has 1 error:\n2:11 …', { code: 'invalid-plan-spec', details }),
    }));
    const file = join(line.home, 'spec.yaml');
    await writeFile(file, 'name: x\nservices: 5\n');
    const { code, err } = await line.run('build', '-f', file, '--name', 'X');
    expect(code).toBe(1);
    expect(err).toContain(`${file}:2:11: error[wrong-type]: Wrong.`);
    expect(err).toContain('services: 5');
    expect(err).toContain('Error: bad_request\nDetail: Invalid request: the plan spec has 1 error.\n');
  });

  it('sends the file and prints one JSON object', async () => {
    const seen: unknown[] = [];
    const line = await signedIn(({ method, path, body }) => {
      if (method === 'PUT') {
        seen.push(path, body);
        return {
          body: {
            serviceID: 's-1',
            serviceEnvironmentID: 'se-1',
            productTierID: 'pt-1',
            isNewServicePlanVersionCreated: true,
            undefinedResources: {},
          },
        };
      }
      return {
        body: path.endsWith('version-set')
          ? { tierVersionSets: [{ version: '2.0', status: 'Preferred', name: 'n' }] }
          : { id: 'pt-1', name: 'Small' },
      };
    });
    const file = join(line.home, 'spec.yaml');
    await writeFile(file, 'name: x\n');
    const { code, out } = await line.run(
      'build',
      '-f',
      file,
      '--product-name',
      'X',
      '--release-as-preferred',
      '--spec-type',
      'ServicePlanSpec',
      '-o',
      'json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ plan_id: 'pt-1', version: '2.0', is_new_service_plan_version_created: true });
    expect(seen).toMatchObject([
      '/service/serviceplanspec',
      {
        name: 'X',
        environment: 'Dev',
        environmentType: 'DEV',
        release: true,
        releaseAsPreferred: true,
        fileContent: Buffer.from('name: x\n').toString('base64'),
      },
    ]);
  });
});

describe('instances', () => {
  it('are created through the offering’s url keys, with parameters from all sources', async () => {
    const seen: { path: string; body: unknown }[] = [];
    const line = await signedIn(({ method, path, body }) => {
      if (path === '/service') return { body: { ids: [], services: [service] } };
      if (path.includes('version-set')) return { body: { version: '3.0' } };
      if (path.includes('service-offering')) {
        const offering = {
          serviceAPIVersion: 'v1',
          serviceEnvironmentURLKey: 'dev',
          serviceModelURLKey: 'm',
          productTierURLKey: 'small',
          resourceParameters: [{ resourceId: 'r-1', name: 'CNPG', urlKey: 'cnpg' }],
        };
        return {
          body: {
            ConsumptionDescribeServiceOfferingResult: { serviceProviderId: 'sp-1', serviceURLKey: 'postgres', offerings: [offering] },
          },
        };
      }
      if (method === 'POST') seen.push({ path, body });
      return { body: { id: 'instance-1' } };
    });
    const file = join(line.home, 'parameters.json');
    await writeFile(file, '{"a": 1, "b": 1, "v": 15.10}');
    const { code, out } = await line.run(
      'instance',
      'create',
      '--service',
      'postgres',
      '--plan',
      'small',
      '--version',
      'latest',
      '--param-file',
      file,
      '--param',
      '{"b": 2}',
      '--param',
      'c=x=y',
      '--tags',
      'k=v,l=w',
      '-o',
      'json',
    );
    expect([code, JSON.parse(out)]).toEqual([0, { instance_id: 'instance-1', status: 'DEPLOYING' }]);
    expect(seen).toEqual([
      {
        path: '/fleet/resource-instance/sp-1/postgres/v1/dev/m/small/cnpg',
        body: {
          productTierVersion: '3.0',
          requestParams: { a: 1, b: 2, v: '15.10', c: 'x=y' },
          customTags: [
            { key: 'k', value: 'v' },
            { key: 'l', value: 'w' },
          ],
        },
      },
    ]);
  });

  it('are deleted only with --yes, or by a person who types y', async () => {
    const seen: string[] = [];
    const bodies: unknown[] = [];
    const line = await signedIn(({ method, path, body }) => {
      seen.push(`${method} ${path}`);
      bodies.push(body);
      return { body: { resourceInstanceResults: [instance] } };
    });
    expect(await line.run('instance', 'delete', 'instance-1')).toMatchObject({ code: 1, err: expect.stringContaining('--yes') });
    line.context.isInteractive = true;
    line.context.ask = async () => 'n';
    expect(await line.run('instance', 'delete', 'instance-1')).toMatchObject({
      code: 1,
      err: 'Error: cancelled\nDetail: Nothing was done.\n',
    });
    line.context.ask = () => Promise.reject(Object.assign(new Error('Aborted with Ctrl+C'), { name: 'AbortError' }));
    expect(await line.run('instance', 'delete', 'instance-1')).toMatchObject({
      code: 1,
      err: '\nError: cancelled\nDetail: Nothing was done.\n',
    });
    expect(seen).toEqual([]);
    line.context.ask = async () => 'y';
    expect(await line.run('instance', 'delete', 'instance-1')).toMatchObject({ code: 0, err: '' });
    expect(seen.at(-1)).toBe('DELETE /fleet/service/s-1/environment/se-1/instance/instance-1');
    expect(await line.run('instance', 'delete', 'instance-1', '-y', '--skip-final-snapshot', '--skip-snapshot-cleanup')).toMatchObject({
      code: 0,
    });
    expect(bodies.at(-1)).toEqual({ resourceId: 'r-1', skipFinalSnapshot: true, skipSnapshotCleanup: true });
  });

  it('are protected from deletion and set free', async () => {
    const changes: unknown[] = [];
    const line = await signedIn(({ method, path, body }) => {
      if (method === 'PATCH') changes.push(path, body);
      return { body: method === 'PATCH' ? {} : { resourceInstanceResults: [instance] } };
    });
    expect((await line.run('instance', 'protect', 'instance-1')).code).toBe(0);
    expect((await line.run('instance', 'unprotect', 'instance-1')).code).toBe(0);
    const path = '/fleet/service/s-1/environment/se-1/instance/instance-1/metadata';
    expect(changes).toEqual([path, { deletionProtection: true }, path, { deletionProtection: false }]);
  });

  it('show their progress with --wait, and exit by how it ended', async () => {
    const stream = (status: string, more: object = {}) => {
      const states = [
        { instanceId: 'instance-1', status: 'DEPLOYING', final: false, endpoints: {} },
        { instanceId: 'instance-1', status, final: true, endpoints: { writer: 'db.example:5432' }, ...more },
      ];
      return states.map((state) => `event: progress\ndata: ${JSON.stringify(state)}\n\n: beat\n\n`).join('');
    };
    const serve = (text: string) =>
      signedIn(({ path }) => ({ body: path.startsWith('/api/') ? text : { resourceInstanceResults: [instance] } }));
    const good = await (await serve(stream('RUNNING'))).run('instance', 'restart', 'instance-1', '--wait');
    expect(good).toMatchObject({ code: 0, out: expect.stringContaining('db.example:5432') });
    const bad = await (await serve(stream('FAILED', { statusDescription: 'image not found' }))).run(
      'instance',
      'restart',
      'instance-1',
      '--wait',
      '-o',
      'json',
    );
    expect(bad).toMatchObject({ code: 1, err: 'Error: failed\nDetail: image not found\n' });
    expect(JSON.parse(bad.out)).toMatchObject({ status: 'FAILED' });
  });

  it.each([['novalue'], ['{"a":'], ['[1]'], ['{"a": 12345678901234567890}'], ['{"a": [9007199254740993]}']])(
    'refuse the parameter %j in words',
    async (parameter) => {
      const line = await signedIn(() => ({ body: {} }));
      expect(await line.run('instance', 'modify', 'instance-1', '--param', parameter)).toMatchObject({
        code: 1,
        err: expect.stringContaining('--param'),
      });
    },
  );
});

describe('workflows', () => {
  it('find service and environment through the instance in the run’s id', async () => {
    const line = await signedIn(({ path }) => {
      if (path === '/api/instances/instance-1/operations') return { body: { serviceId: 's-1', environmentId: 'se-1', operations: [] } };
      const events = [
        { eventTime: 't2', eventType: 'WorkflowStepCompleted', message: 'done', sequence: 2 },
        { eventTime: 't1', eventType: 'WorkflowStepStarted', message: 'begun', sequence: 1 },
      ];
      expect(path).toBe('/fleet/service/s-1/environment/se-1/service-workflows/submit-create-instance-1-abc/events');
      return {
        body: {
          id: 'x',
          resources: [{ resourceId: 'r', resourceKey: 'k', resourceName: 'CNPG', workflowSteps: [{ stepName: 'apply', events }] }],
        },
      };
    });
    const { code, out } = await line.run('workflow', 'events', 'submit-create-instance-1-abc');
    expect(code).toBe(0);
    expect(out.indexOf('begun')).toBeLessThan(out.indexOf('done'));
  });

  it('say of a mistyped id that it is none, not that options are missing', async () => {
    const line = await signedIn(() => ({ body: {} }));
    const { code, err } = await line.run('workflow', 'describe', 'wf-nope');
    expect(code).toBe(1);
    expect(err).toContain('"wf-nope" does not look like the id of a run. See: cellplane workflow list');
  });
});

describe('secrets', () => {
  it('come from standard input, and are not printed', async () => {
    const seen: unknown[] = [];
    const server: StubServer = ({ path, body }) => {
      seen.push(path, body);
      return { body: {} };
    };
    const line = await signedIn(server);
    line.context.readInput = async () => 's3cr3t\n';
    const { code, out, err } = await line.run('secret', 'set', 'dev', 'KEY');
    expect([code, `${out}${err}`.includes('s3cr3t')]).toEqual([0, false]);
    expect(seen).toEqual(['/environmentType/dev/secret/KEY', { value: 's3cr3t\n' }]);
  });
});
