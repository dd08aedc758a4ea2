import { describe, expect, it } from 'vitest';
import { FakeCluster } from '../engine/fake-cluster.testing.js';
import type { Helm, InstallOptions, ReleaseStatus } from '../exec/helm.js';
import type { Cells } from '../cells/cell.js';
import type { WantedChart } from './chart-rules.js';
import { helmBackend } from './helm-backend.js';

const signal = new AbortController().signal;
const chart: WantedChart = {
  repositoryUrl: 'https://charts.example',
  chart: 'gadget',
  version: '1.1.0',
  namespace: 'operators',
  releaseName: 'gadget',
  values: { size: 2 },
  plan: { id: 'pt-a', name: 'A', version: '1.0' },
};

/** What the backend does where Helm knows of this release. */
async function install(
  found: Partial<ReleaseStatus> | undefined,
  options: { resumed?: boolean; reinstall?: boolean; values?: unknown } = {},
) {
  const fake = new FakeCluster();
  fake.serve('v1', 'Secret', 'secrets');
  fake.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'sh.helm.release.v1.gadget.v3', namespace: 'operators' } });
  const status: ReleaseStatus | undefined = found && {
    name: 'gadget',
    namespace: 'operators',
    revision: 3,
    state: 'deployed',
    chart: 'gadget-1.1.0',
    description: 'Installed by Cellplane',
    updatedAt: new Date(),
    ...found,
  };
  const installed: InstallOptions[] = [];
  const helm: Helm = {
    version: async () => 'v3',
    status: async () => status,
    values: async () => options.values ?? null,
    install: async (_target, wanted) => {
      installed.push(wanted);
      return status as ReleaseStatus;
    },
    render: async () => ({ templates: '', crds: '' }),
    uninstall: async () => {},
  };
  const cells = { access: async () => ({ server: 'https://127.0.0.1:1' }), client: async () => fake.client() } as unknown as Cells;
  const { reinstall = false, resumed = false } = options;
  const answer = await helmBackend({ cells, helm, now: async () => new Date() }).install('hc-1', chart, {
    signal,
    onStarted: async () => {},
    reinstall,
    resumed,
  });
  return { ...answer, installed: installed.length, record: fake.find('Secret', 'sh.helm.release.v1.gadget.v3') !== undefined };
}

describe('the Helm backend', () => {
  it('installs what is not there, and upgrades what is older', async () => {
    expect(await install(undefined)).toMatchObject({ version: '1.1.0', installed: 1 });
    expect(await install({ chart: 'gadget-1.0.9' })).toMatchObject({ version: '1.1.0', installed: 1 });
  });

  it('keeps what works: a newer version, the same one with these values, or with values of somebody else', async () => {
    expect(await install({ chart: 'gadget-1.2.0' })).toMatchObject({ version: '1.2.0', installed: 0 });
    expect(await install({}, { values: { size: 2 } })).toMatchObject({ version: '1.1.0', installed: 0 });
    expect(await install({ description: 'Install complete' }, { values: { size: 1 } })).toMatchObject({ installed: 0 });
  });

  it('brings new values into force, also those that a crash kept from it', async () => {
    expect(await install({}, { values: { size: 1 }, reinstall: true })).toMatchObject({ installed: 1 });
    expect(await install({}, { values: { size: 1 } })).toMatchObject({ installed: 1 });
  });

  it('recovers a pending release of ours, and one of others when it is old', async () => {
    expect(await install({ state: 'pending-install' }, { resumed: true })).toMatchObject({ installed: 1, record: false });
    await expect(install({ state: 'pending-install' })).rejects.toMatchObject({ code: 'release-busy', retriable: true });
    expect(await install({ state: 'pending-install', updatedAt: new Date(0) })).toMatchObject({ installed: 1, record: false });
  });

  it('never downgrades a release that failed at a newer version, and never takes over another chart', async () => {
    await expect(install({ state: 'failed', chart: 'gadget-1.2.0' })).rejects.toThrow(
      /is 1.2.0 already, in state failed.*never downgraded/,
    );
    await expect(install({ chart: 'widget-1.0.0' })).rejects.toThrow('is the chart widget-1.0.0');
  });
});
