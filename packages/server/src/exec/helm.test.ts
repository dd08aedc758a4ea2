import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chartSource, REPOSITORY_FILE } from './chart-source.js';
import { createHelm } from './helm.js';
import { HelmError, refusal } from './helm-error.js';
import { type ProcessGroup, groupState } from './process-group.js';
import { openWorkFolders, type WorkFolders } from './work-folders.js';

describe("Helm's refusals", () => {
  const cases: [string, HelmError['code'], boolean][] = [
    ['Error: chart "nochart" version "1" not found in http://127.0.0.1:8879 repository', 'chart-not-found', false],
    [
      'Error: looks like "http://127.0.0.1:1" is not a valid chart repository or cannot be reached: Get "http://127.0.0.1:1/index.yaml": dial tcp 127.0.0.1:1: connect: connection refused',
      'chart-unreachable',
      true,
    ],
    [
      'Error: looks like "https://x.invalid" is not a valid chart repository or cannot be reached: Get "https://x.invalid/index.yaml": dial tcp: lookup x.invalid: no such host',
      'chart-unreachable',
      true,
    ],
    [
      'Error: looks like "https://x" is not a valid chart repository or cannot be reached: failed to fetch https://x/index.yaml : 401 Unauthorized',
      'chart-unreachable',
      false,
    ],
    ['Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress', 'release-busy', true],
    ['Error: UPGRADE FAILED: context deadline exceeded', 'helm-timeout', true],
    [
      "Error: values don't meet the specifications of the schema(s) in the following chart(s):\ncloudnative-pg:\n- at '/resources': got number, want object",
      'helm-failed',
      false,
    ],
  ];
  it.each(cases)('%s', (stderr, code, retriable) => {
    const error = refusal(`Release "x" does not exist.\n${stderr}`, '/no/such/folder');
    expect([error.code, error.retriable]).toEqual([code, retriable]);
    expect(error.message.startsWith('Error:')).toBe(false);
    expect(error.message).toContain(stderr.split('\n').at(-1)?.replace('Error: ', ''));
  });
});

describe('Helm as a child process', () => {
  let folder = '';
  let folders: WorkFolders;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cellplane-helm-test-'));
    folders = openWorkFolders(folder);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** A program in Helm's place that notes its arguments and environment, then does what the script says. */
  async function program(script: string): Promise<{ path: string; calls(): Promise<{ args: string[]; env: Record<string, string> }[]> }> {
    const name = Math.random().toString(36).slice(2);
    const path = join(folder, name);
    const log = `${path}.log`;
    await writeFile(log, '');
    await writeFile(
      path,
      `#!${process.execPath}\nrequire('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args: process.argv.slice(2), env: process.env }) + '\\n');\nconst [verb] = process.argv.slice(2);\n${script}\n`,
    );
    await chmod(path, 0o755);
    return {
      path,
      calls: async () =>
        (await readFile(log, 'utf8'))
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as { args: string[]; env: Record<string, string> }),
    };
  }

  const target = { kubeconfig: 'apiVersion: v1\nkind: Config\n', namespace: 'cellplane-operators', name: 'cloudnative-pg' };
  const chart = { repositoryUrl: 'https://charts.example', chart: 'cloudnative-pg', version: '0.28.2' };
  const deployed = JSON.stringify([
    { revision: 1, updated: '2026-01-02T03:04:05Z', status: 'deployed', chart: 'cloudnative-pg-0.28.2', description: 'Install complete' },
  ]);

  it.each([
    { chart: '--post-renderer=/bin/true' },
    { chart: '../a' },
    { chart: 'a/../../b' },
    { version: '--devel' },
    { version: '' },
    { repositoryUrl: '-x' },
    { chart: 'a\nb' },
  ])('is never given %j', async (wrong) => {
    const helm = await program('');
    const installing = createHelm({ helm: helm.path, chartMirrors: [], chartSourcesAllowed: [], folders }).install(target, {
      chart: { ...chart, ...wrong },
      timeoutMs: 20_000,
    });
    await expect(installing).rejects.toMatchObject({ name: 'HelmError', retriable: false });
    expect(await helm.calls()).toEqual([]);
  });

  it('renders definitions without a cluster, and tells those that an upgrade writes from those that it leaves', async () => {
    const helm = await program(`
      const fs = require('node:fs');
      const args = process.argv.slice(2);
      const root = args[args.indexOf('--output-dir') + 1];
      const write = (path, text) => { fs.mkdirSync(root + '/' + path.split('/').slice(0, -1).join('/'), { recursive: true }); fs.writeFileSync(root + '/' + path, text); };
      write('pg/crds/once.yaml', 'kind: CustomResourceDefinition # once');
      write('pg/charts/part/crds/once.yaml', 'kind: CustomResourceDefinition # part');
      write('pg/templates/crds/crds.yaml', 'kind: CustomResourceDefinition # template');
      write('pg/templates/deployment.yaml', 'kind: Deployment');
    `);
    const renderer = createHelm({
      helm: helm.path,
      chartMirrors: [{ from: 'https://charts.example', to: 'http://127.0.0.1:9' }],
      chartSourcesAllowed: [],
      folders,
    });
    const found = await renderer.render(target, {
      chart: { ...chart, username: 'u', password: 'hunter2' },
      values: { a: 1 },
      kubernetesVersion: 'v1.31.2',
    });
    expect(found.templates.trim()).toBe('---\nkind: CustomResourceDefinition # template');
    expect(found.crds.match(/# \w+/g)?.toSorted()).toEqual(['# once', '# part']);
    const { args } = (await helm.calls()).at(-1) ?? { args: [] };
    expect(args).toEqual(
      expect.arrayContaining([
        'template',
        target.name,
        '--is-upgrade',
        '--include-crds',
        '--kube-version',
        'v1.31.2',
        '--version',
        '0.28.2',
      ]),
    );
    expect(args.join(' ')).not.toMatch(/hunter2|kubeconfig/);
    await expect(renderer.render({ ...target, namespace: 'kube-system' }, { chart })).rejects.toMatchObject({
      name: 'HelmError',
      retriable: false,
    });
    await expect(renderer.render({ ...target, name: '--post-renderer=x' }, { chart })).rejects.toMatchObject({ retriable: false });
  });

  it('installs from the mirror, records the process group first, and says what is installed', async () => {
    const helm = await program(`if (verb === 'history') console.log(${JSON.stringify(deployed)});`);
    const groups: ProcessGroup[] = [];
    const status = await createHelm({
      helm: helm.path,
      chartMirrors: [{ from: 'https://charts.example', to: 'http://127.0.0.1:9' }],
      chartSourcesAllowed: [],
      folders,
    }).install(target, {
      chart,
      values: { config: { data: { POSTGRES_IMAGE_NAME: 'a"b' } } },
      timeoutMs: 20_000,
      onStarted: async (group) => void groups.push(group),
    });
    expect(status).toMatchObject({
      name: 'cloudnative-pg',
      namespace: 'cellplane-operators',
      state: 'deployed',
      chart: 'cloudnative-pg-0.28.2',
      revision: 1,
    });
    expect(groups).toHaveLength(1);
    expect(groups.map(groupState)).toEqual(['gone']);
    const [upgrade] = await helm.calls();
    expect(upgrade?.args.slice(0, 4)).toEqual(['upgrade', '--install', 'cloudnative-pg', 'cloudnative-pg']);
    expect(upgrade?.args).toContain('http://127.0.0.1:9');
  });

  it('hands credentials over in files, not in arguments or the environment', async () => {
    const helm = await program(`if (verb === 'history') console.log(${JSON.stringify(deployed)});`);
    await createHelm({ helm: helm.path, chartMirrors: [], chartSourcesAllowed: [], folders }).install(target, {
      chart: { ...chart, username: 'u', password: 'pa55' },
      timeoutMs: 20_000,
    });
    const calls = await helm.calls();
    expect(calls.map((call) => call.args[0])).toEqual(['repo', 'upgrade', 'history']);
    expect(JSON.stringify(calls)).not.toContain('pa55');
  });

  it('takes the user of a mirror out of its address, which others could list', async () => {
    const helm = await program(`if (verb === 'history') console.log(${JSON.stringify(deployed)});`);
    const chartMirrors = [{ from: 'https://charts.example', to: 'https://u:pa55%21@mirror.example/x' }];
    await createHelm({ helm: helm.path, chartMirrors, chartSourcesAllowed: [], folders }).install(target, { chart, timeoutMs: 20_000 });
    expect(JSON.stringify(await helm.calls())).not.toContain('pa55');
    expect(chartSource(chart, chartMirrors).files[REPOSITORY_FILE]).toContain(
      '"url":"https://mirror.example/x","username":"u","password":"pa55!"',
    );
  });

  it('is not run for a source that nobody has allowed', async () => {
    const helm = await program('');
    const installing = createHelm({ helm: helm.path, chartMirrors: [], chartSourcesAllowed: [], folders }).install(target, {
      chart: { ...chart, repositoryUrl: 'https://localhost:8443' },
      timeoutMs: 20_000,
    });
    await expect(installing).rejects.toMatchObject({
      code: 'helm-failed',
      retriable: false,
      message: expect.stringContaining('localhost') as string,
    });
    expect(await helm.calls()).toEqual([]);
  });

  it('says why a private repository could not be read, which Helm tells on its standard output', async () => {
    const helm = await program(
      `console.log('Hang tight...\\n...Unable to get an update from the "source" chart repository (https://charts.example):\\n\\tfailed to fetch https://charts.example/index.yaml : 401 Unauthorized'); console.error('Error: Failed to update the following repositories: [https://charts.example]'); process.exit(1);`,
    );
    const installing = createHelm({ helm: helm.path, chartMirrors: [], chartSourcesAllowed: [], folders }).install(target, {
      chart: { ...chart, username: 'u', password: 'pa55' },
      timeoutMs: 20_000,
    });
    await expect(installing).rejects.toMatchObject({
      code: 'chart-unreachable',
      retriable: false,
      message: 'failed to fetch https://charts.example/index.yaml : 401 Unauthorized',
    });
  });

  it('knows a release that is not there from other failures', async () => {
    const helm = (words: string) => program(`console.error(${JSON.stringify(words)}); process.exit(1);`);
    const status = async (words: string) =>
      createHelm({ helm: (await helm(words)).path, chartMirrors: [], chartSourcesAllowed: [], folders }).status(target);
    expect(await status('Error: release: not found')).toBeUndefined();
    await expect(status('Error: Kubernetes cluster unreachable: dial tcp: connection refused')).rejects.toMatchObject({ retriable: true });
  });

  it('does not hand the secrets of this process on', async () => {
    process.env['DATABASE_URL'] = 'postgresql://secret';
    const helm = await program('console.log("v3.19.2")');
    expect(await createHelm({ helm: helm.path, chartMirrors: [], chartSourcesAllowed: [], folders }).version()).toBe('v3.19.2');
    delete process.env['DATABASE_URL'];
    expect(JSON.stringify(await helm.calls())).not.toContain('secret');
  });

  it('says how to get a missing Helm', async () => {
    await expect(
      createHelm({ helm: join(folder, 'no-such-helm'), chartMirrors: [], chartSourcesAllowed: [], folders }).version(),
    ).rejects.toMatchObject({
      code: 'helm-missing',
      retriable: false,
      message: expect.stringContaining('CELLPLANE_HELM') as string,
    });
  });

  it('kills the whole group on abort', async () => {
    const helm = await program(
      `if (verb === 'upgrade') { require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); setInterval(() => {}, 1000); }`,
    );
    const stop = new AbortController();
    let group: ProcessGroup | undefined;
    const installing = createHelm({ helm: helm.path, chartMirrors: [], chartSourcesAllowed: [], folders }).install(target, {
      chart,
      timeoutMs: 60_000,
      signal: stop.signal,
      onStarted: async (started) => {
        group = started;
        expect(groupState(started)).toBe('alive');
        stop.abort();
      },
    });
    await expect(installing).rejects.toMatchObject({ code: 'helm-aborted', retriable: true });
    if (group === undefined) throw new Error('onStarted was not called');
    expect(groupState(group)).toBe('gone');
  });

  it('refuses names that Helm would read as options', async () => {
    const helm = createHelm({ helm: 'helm', chartMirrors: [], chartSourcesAllowed: [], folders });
    await expect(Promise.resolve().then(() => helm.status({ ...target, name: '--post-renderer' }))).rejects.toThrow(/cannot be the name/);
  });
});
