import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useSimulatedCell } from '../cells/default-cell.js';
import { testDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { openWork } from '../work/work.js';
import type { WantedChart } from './chart-rules.js';
import { type ChartBackend, chartWork } from './chart-work.js';
import { openCharts } from './charts.js';
import type { ExamineUpgrade } from './upgrade-guard.js';

const { db } = await testDatabase();
const sealer = createSealer(randomBytes(32));
const cell = await useSimulatedCell({ db, sealer, log: silentLogger }, { access: { server: 'http://127.0.0.1:1' }, folder: '/nowhere' });
const long = new Date(0);

/** Charts whose upgrades somebody looks at, and what they did. */
function open(examine: ExamineUpgrade) {
  const asked: string[] = [];
  const installed: string[] = [];
  const backend: ChartBackend = {
    installed: async () => '0.0.1',
    install: async (_, chart) => {
      installed.push(chart.version);
      return { version: chart.version };
    },
  };
  const work = openWork({ db, sealer, log: silentLogger, kinds: () => [chartWork({ backend, log: silentLogger })] });
  onTestFinished(() => work.stop());
  const looking: ExamineUpgrade = (cellId, chart) => {
    asked.push(chart.version);
    return examine(cellId, chart);
  };
  const charts = openCharts({ db, sealer, log: silentLogger, backend, work, examine: looking });
  return { ensure: (chart: WantedChart) => charts.ensure(cell.id, chart, long), asked, installed };
}

function wish(): WantedChart {
  const name = `chart-${randomBytes(4).toString('hex')}`;
  const plan = { id: 'pt-a', name: 'A', version: '1.0' };
  return {
    repositoryUrl: 'https://charts.example',
    chart: name,
    version: '1.0.0',
    namespace: 'operators',
    releaseName: name,
    values: null,
    plan,
  };
}

const newer = (chart: WantedChart): WantedChart => ({ ...chart, version: '2.0.0', plan: { ...chart.plan, version: '2.0' } });

describe('a chart that is looked at before it is upgraded', () => {
  it('is not at its first installation, nor where nothing or only values change', async () => {
    const charts = open(async () => ['no']);
    const chart = wish();
    expect(await charts.ensure(chart)).toEqual({ state: 'deployed' });
    expect(await charts.ensure(chart)).toEqual({ state: 'deployed' });
    expect(await charts.ensure({ ...chart, values: { a: 1 }, plan: { ...chart.plan, version: '2.0' } })).toEqual({ state: 'deployed' });
    expect([charts.asked, charts.installed]).toEqual([[], ['1.0.0', '1.0.0']]);
  });

  it('stays as it is where that refuses, by the reasons, for all who ask', async () => {
    const charts = open(async () => ['It would remove spec.a.', 'It would refuse spec.b.']);
    const chart = wish();
    await charts.ensure(chart);
    const refused = await Promise.all([1, 2, 3].map(() => charts.ensure(newer(chart))));
    for (const one of refused)
      expect(one).toEqual({
        state: 'failed',
        message: expect.stringMatching(
          /is not upgraded from 1\.0\.0 to 2\.0\.0\. It would remove spec\.a\. It would refuse spec\.b\. To go on.*operator-guard/,
        ),
      });
    expect([charts.asked, charts.installed]).toEqual([['2.0.0'], ['1.0.0']]);
    expect(await charts.ensure(chart)).toEqual({ state: 'deployed' });
  });

  it('is upgraded where nothing refuses', async () => {
    const charts = open(async () => []);
    const chart = wish();
    await charts.ensure(chart);
    expect(await charts.ensure(newer(chart))).toEqual({ state: 'deployed' });
    expect([charts.asked, charts.installed]).toEqual([['2.0.0'], ['1.0.0', '2.0.0']]);
  });

  it('waits for a look that takes long, and for one that may succeed later; of another failure it says why, without secrets', async () => {
    let end = (_refusals: string[]) => {};
    const charts = open(() => new Promise((resolve) => (end = resolve)));
    const chart = wish();
    await charts.ensure(chart);
    expect(await charts.ensure(newer(chart))).toEqual({ state: 'installing', message: expect.stringContaining('is being looked at') });
    end([]);
    expect(await charts.ensure(newer(chart))).toEqual({ state: 'deployed' });
    const failing = (retriable: boolean) => open(() => Promise.reject(Object.assign(new Error('401 for hunter2'), { retriable })));
    for (const [retriable, state] of [
      [true, 'installing'],
      [false, 'failed'],
    ] as const) {
      const other = failing(retriable);
      const its = { ...wish(), password: 'hunter2' };
      await other.ensure(its);
      expect(await other.ensure(newer(its))).toEqual({ state, message: expect.stringContaining('401 for ***') });
      expect(other.installed).toEqual(['1.0.0']);
    }
  });
});
