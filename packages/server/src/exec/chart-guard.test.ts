import { type Problem, readAllowedSource } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { type ChartSources, judgeSources, refuseSource, type Resolve } from './chart-guard.js';

const CHART = { repositoryUrl: 'https://charts.example', chart: 'pg', version: '1.2.3' };

function sources(allowed: string[] = [], mirrors: ChartSources['chartMirrors'] = []): ChartSources {
  return { chartMirrors: mirrors, chartSourcesAllowed: allowed.flatMap((one) => readAllowedSource(one) ?? []) };
}

const answering =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses;
const unknown: Resolve = async () => {
  throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
};
const refusal = (repositoryUrl: string, given: ChartSources, resolve: Resolve, namespace = 'cellplane-operators') =>
  refuseSource({ ...CHART, repositoryUrl }, namespace, given, resolve);

describe('what Helm may fetch', () => {
  it('is what stands in the open internet, by all of its addresses', async () => {
    expect(await refusal('https://charts.example', sources(), answering('93.184.216.34', '2606:4700::1111'))).toBeUndefined();
    expect(await refusal('https://charts.example', sources(), answering('93.184.216.34', '169.254.169.254'))).toMatch(
      /charts\.example \(93\.184\.216\.34, 169\.254\.169\.254\), which is not in the open internet.*CELLPLANE_CHART_SOURCES_ALLOW/,
    );
    expect(await refusal('oci://registry.example/x', sources(), answering('::ffff:10.0.0.1'))).toContain('not in the open internet');
  });

  it('is what the operator of the installation allows', async () => {
    const private10 = answering('10.1.1.1');
    expect(await refusal('https://charts.example', sources(['10.0.0.0/8']), private10)).toBeUndefined();
    expect(await refusal('http://charts.example', sources(['10.0.0.0/8']), private10)).toContain('unencrypted');
    expect(await refusal('http://charts.example', sources(['http://charts.example']), private10)).toBeUndefined();
    expect(await refusal('http://127.0.0.1:8879', sources(), unknown)).toContain('not in the open internet');
    expect(await refusal('http://127.0.0.1:8879', sources(['http://127.0.0.1']), answering('127.0.0.1'))).toBeUndefined();
  });

  it('is what a mirror stands for, which is the operator’s own choice', async () => {
    const given = sources([], [{ from: 'https://charts.example', to: 'http://127.0.0.1:8879' }]);
    expect(await refusal('https://charts.example/', given, answering('127.0.0.1'))).toBeUndefined();
    expect(await refusal('https://charts.example.evil', given, answering('127.0.0.1'))).toContain('not in the open internet');
  });

  it('is left to Helm where the name is not known', async () => {
    expect(await refusal('https://charts.example', sources(), unknown)).toBeUndefined();
  });

  it.each(['file:///etc', '/etc', '', '--x', 'https://u:p@charts.example', 'https://charts.example\n--x', 'ftp://x', 'git+https://x'])(
    'is never %j, whatever an older version has stored',
    async (url) => {
      expect(await refusal(url, sources(['0.0.0.0/0', 'http://0.0.0.0/0']), answering('93.184.216.34'))).toEqual(expect.any(String));
    },
  );

  it.each(['kube-system', 'instance-abc123def'])('is never installed in %s', async (namespace) => {
    expect(await refusal('https://charts.example', sources(), answering('93.184.216.34'), namespace)).toContain(namespace);
  });
});

describe('a plan in this installation', () => {
  const problem = (chartAddress: string): Problem => ({
    severity: 'warning',
    code: 'chart-source-not-public',
    path: 'x',
    position: { line: 1, column: 1 },
    message: 'm',
    cure: 'c',
    chartAddress,
  });
  const other: Problem = { severity: 'warning', code: 'other', path: '', position: { line: 1, column: 1 }, message: 'm', cure: 'c' };

  it('has an error where its charts come from where nobody allows', () => {
    const judged = judgeSources([other, problem('http://127.0.0.1:8879')], sources());
    expect(judged.map(({ severity }) => severity)).toEqual(['warning', 'error']);
    expect(judgeSources([other, problem('http://127.0.0.1:8879')], sources(['http://127.0.0.1']))).toEqual([other]);
    const mirror = [{ from: 'http://charts.internal', to: 'https://charts.example' }];
    expect(judgeSources([problem('http://charts.internal/stable')], sources([], mirror))).toEqual([]);
  });
});
