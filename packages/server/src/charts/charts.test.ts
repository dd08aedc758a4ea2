import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { processGroup } from '../exec/process-group.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import type { WantedChart } from './chart-rules.js';
import { openWork } from '../work/work.js';
import { type ChartBackend, chartWork } from './chart-work.js';
import { type Charts, openCharts } from './charts.js';
import { useSimulatedCell } from '../cells/default-cell.js';

const { db } = await testDatabase();
const sealer = createSealer(randomBytes(32));
const cell = await useSimulatedCell({ db, sealer, log: silentLogger }, { access: { server: 'http://127.0.0.1:1' }, folder: '/nowhere' });
const long = new Date(0);

const stays: ChartBackend['installed'] = async () => '0.0.1';

/** A process's charts, with an installer that the test holds in its hand. */
function open(install: ChartBackend['install'], installed: ChartBackend['installed'] = stays): Charts & { calls: () => number } {
  let calls = 0;
  const charts = openServer({
    installed,
    install: (...given) => {
      calls += 1;
      return install(...given);
    },
  });
  onTestFinished(() => charts.stop());
  return { ...charts, calls: () => calls };
}

function openServer(backend: ChartBackend): Charts & { stop(): Promise<void>; sweep(): Promise<void> } {
  const work = openWork({ db, sealer, log: silentLogger, kinds: () => [chartWork({ backend, log: silentLogger })] });
  return { ...openCharts({ db, sealer, log: silentLogger, backend, work }), stop: () => work.stop(), sweep: () => work.sweep() };
}

function wish(more: Partial<WantedChart> = {}): WantedChart {
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
    ...more,
  };
}

const ofChart = (chart: WantedChart) => sql`kind = 'chart' and key like ${`% ${chart.chart}`}`;

async function row(chart: WantedChart) {
  const { rows } = await sql<{ version: string; status: string; attempts: number; message: string; state: string; group: unknown }>`
    select version, status, failed_attempts as attempts, message, work.state, work.process_group as group
    from chart_releases join work on key = cell_id || ' ' || repository_url || ' ' || chart where chart = ${chart.chart}`.execute(db);
  return rows[0];
}

const fails = (message: string, retriable: boolean) => async () => {
  throw Object.assign(new Error(message), { retriable });
};
const installs: ChartBackend['install'] = async (_, chart) => ({ version: chart.version });

describe('ensure', () => {
  it('installs once, however many runs of however many processes ask', async () => {
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow: ChartBackend['install'] = async (_, chart) => {
      await held;
      return { version: chart.version };
    };
    const [one, other] = [open(slow), open(slow)];
    const chart = wish();
    const answers = await Promise.all([one, other, one, other].map((charts) => charts.ensure(cell.id, chart, long)));
    expect(answers).toEqual(answers.map(() => ({ state: 'installing', message: `chart ${chart.chart} 1.0.0 is being installed` })));
    expect(one.calls() + other.calls()).toBe(1);
    finish();
    await expect.poll(() => other.ensure(cell.id, chart, long)).toEqual({ state: 'deployed' });
    expect(one.calls() + other.calls()).toBe(1);
  });

  it('answers at once for a quick installation, upgrades for a newer version, never goes back', async () => {
    const charts = open(installs);
    const chart = wish();
    expect(await charts.ensure(cell.id, chart, long)).toEqual({ state: 'deployed' });
    expect(await charts.ensure(cell.id, { ...chart, version: '1.1.0' }, long)).toEqual({ state: 'deployed' });
    expect(await charts.ensure(cell.id, chart, long)).toEqual({ state: 'deployed' });
    expect(charts.calls()).toBe(2);
    expect(await row(chart)).toMatchObject({ version: '1.1.0', status: 'deployed' });
  });

  it('fails at once where another try cannot help, and tries again for a later run', async () => {
    const charts = open(fails('chart not found', false));
    const chart = wish();
    const began = new Date();
    const message = `chart ${chart.chart} 1.0.0 of https://charts.example could not be installed: chart not found`;
    await expect.poll(() => charts.ensure(cell.id, chart, began)).toEqual({ state: 'failed', message });
    expect(charts.calls()).toBe(1);
    await sql`update work set modified_at = now() - interval '1 minute' where ${ofChart(chart)}`.execute(db);
    await charts.ensure(cell.id, chart, began);
    expect(charts.calls()).toBe(2);
  });

  it('tries again with a pause where it may help, says why, and gives up after five times', async () => {
    const charts = open(fails('no such host', true));
    const chart = wish({ password: 'hunter2' });
    const began = new Date();
    expect(await charts.ensure(cell.id, chart, began)).toMatchObject({
      state: 'installing',
      message: expect.stringMatching(/will be tried again: .*no such host/),
    });
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      await sql`update work set next_attempt_at = now() where ${ofChart(chart)}`.execute(db);
      await charts.ensure(cell.id, chart, began);
    }
    expect(await charts.ensure(cell.id, chart, began)).toMatchObject({ state: 'failed' });
    expect(charts.calls()).toBe(5);
  });

  it('shows no password and no secret that an error quotes', async () => {
    const chart = wish({ password: 'hunter2', secrets: ['swordfish'] });
    const encoded = Buffer.from('swordfish').toString('base64');
    const charts = open(fails(`https://user:hunter2@charts.example: 401; Invalid value: "swordfish", ${encoded}`, false));
    const shown = 'https://user:***@charts.example: 401; Invalid value: "***", ***';
    await expect
      .poll(() => charts.ensure(cell.id, chart, new Date()))
      .toMatchObject({ state: 'failed', message: expect.stringContaining(shown) });
    expect((await row(chart))?.message).toMatch(/^(?!.*(hunter2|swordfish))/);
  });

  it('ends what a dead process left behind, and installs again', async () => {
    const chart = wish();
    const orphan = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const ended = once(orphan, 'exit');
    const hangs: ChartBackend['install'] = async (_cell, _chart, options) => {
      await options.onStarted(processGroup(orphan.pid ?? 0));
      return new Promise(() => {});
    };
    const dead = openServer({ install: hangs, installed: stays });
    expect(await dead.ensure(cell.id, chart, long)).toMatchObject({ state: 'installing' });
    const heir = open(installs);
    expect(await heir.ensure(cell.id, chart, long)).toMatchObject({ state: 'installing' });
    expect(heir.calls()).toBe(0);
    // Its server is killed: nobody renews.
    await sql`update work set lease_until = now() - interval '1 second' where ${ofChart(chart)}`.execute(db);
    expect(await heir.ensure(cell.id, chart, long)).toEqual({ state: 'deployed' });
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(await row(chart)).toMatchObject({ status: 'deployed' });
  });

  it('lets go what it installs when the server stops, for the next one to claim at once', async () => {
    const chart = wish();
    const stopping = openServer({
      installed: stays,
      install: (_cell, _chart, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    });
    await stopping.ensure(cell.id, chart, long);
    await stopping.stop();
    expect(await row(chart)).toMatchObject({ status: 'pending', state: 'waiting' });
    expect(await open(installs).ensure(cell.id, chart, long)).toEqual({ state: 'deployed' });
  });

  it('refuses a contradiction and keeps its values sealed', async () => {
    const charts = open(installs);
    const chart = wish({ values: { token: 'value-in-clear', size: 1 } });
    await charts.ensure(cell.id, chart, long);
    const other = { ...chart, values: { size: 2 }, plan: { id: 'pt-b', name: 'B', version: '1.0' } };
    expect(await charts.ensure(cell.id, other, long)).toMatchObject({ state: 'failed', message: expect.stringContaining('contradict') });
    const { rows } = await sql<{ text: string }>`select encode(sealed_values, 'escape') as text from chart_releases`.execute(db);
    expect(rows.map((one) => one.text).join()).not.toContain('value-in-clear');
  });

  it('installs again what somebody took away, and believes what it cannot check', async () => {
    const chart = wish();
    await open(installs).ensure(cell.id, chart, long);
    const later = open(installs, async () => undefined);
    expect(await later.ensure(cell.id, chart, long)).toEqual({ state: 'deployed' });
    expect(later.calls()).toBe(1);
    const blind = open(installs, () => Promise.reject(new Error('away')));
    expect(await blind.ensure(cell.id, chart, long)).toEqual({ state: 'deployed' });
    expect(blind.calls()).toBe(0);
  });
});
