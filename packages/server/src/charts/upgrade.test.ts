import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { migrate, readMigrations } from '../database/migrate.js';
import { emptyTestDatabase } from '../database/test-database.testing.js';
import { processGroup } from '../exec/process-group.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { openWork } from '../work/work.js';
import { type ChartBackend, chartWork } from './chart-work.js';
import { openCharts } from './charts.js';

// Releases as the version before long work kept them: lease, process group and tries in their own rows.
const { db } = await emptyTestDatabase();
const sealer = createSealer(randomBytes(32));
const all = await readMigrations();
const url = 'https://charts.example';
const plan = { id: 'pt-a', name: 'A', version: '1.0' };
const wished = (chart: string) => ({
  repositoryUrl: url,
  chart,
  version: '1.0.0',
  namespace: 'operators',
  releaseName: chart,
  values: null,
  plan,
});
const orphan = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
const ended = once(orphan, 'exit');

await migrate(
  db,
  silentLogger,
  all.filter(({ number }) => number < 90),
);
await sql`alter table chart_releases drop constraint chart_releases_cell_id_fkey`.execute(db);
const group = JSON.stringify(processGroup(orphan.pid ?? 0));
for (const [chart, status, more] of [
  ['under-way', 'installing', { lease: 3_600, group }],
  ['left', 'installing', { lease: -1, group }],
  ['let-go', 'pending', {}],
  ['works', 'deployed', {}],
  ['failed-for-now', 'failed', { retriable: true, attempts: 2 }],
  ['failed-for-good', 'failed', { retriable: false, attempts: 1 }],
  ['tired', 'failed', { retriable: true, attempts: 5 }],
] as [string, string, { lease?: number; group?: string; retriable?: boolean; attempts?: number }][])
  await sql`
    insert into chart_releases (cell_id, repository_url, chart, version, namespace, release_name, sealed_values, status, message, retriable, attempts,
      next_attempt_at, owner_plan_id, owner_plan_name, owner_plan_version, lease_holder, lease_until, process_group)
    values ('hc-1', ${url}, ${chart}, '1.0.0', 'operators', ${chart}, ${sealer.seal('null', `chart/hc-1/${url}/${chart}`)}, ${status},
      ${status === 'failed' ? 'no such host' : ''}, ${more.retriable ?? true}, ${more.attempts ?? 0}, now() + interval '1 hour', ${plan.id}, ${plan.name},
      ${plan.version}, ${more.lease === undefined ? null : 'former'}, now() + make_interval(secs => ${more.lease ?? null}), ${more.group ?? null}::jsonb)`.execute(
    db,
  );
await migrate(db, silentLogger, all);

const installed: string[] = [];
const backend: ChartBackend = {
  installed: async () => '1.0.0',
  install: async (_cell, chart, { resumed }) => {
    installed.push(`${chart.chart}${resumed ? ' resumed' : ''}`);
    return { version: chart.version };
  },
};
const work = openWork({ db, sealer, log: silentLogger, kinds: () => [chartWork({ backend, log: silentLogger })] });
const charts = openCharts({ db, sealer, log: silentLogger, backend, work });
const ensure = (chart: string, since = new Date(0)) => charts.ensure('hc-1', wished(chart), since);

describe('an upgrade of the program', () => {
  it('leaves alone what another copy installs, and what works', async () => {
    expect(await ensure('under-way')).toMatchObject({ state: 'installing' });
    expect(await ensure('works')).toEqual({ state: 'deployed' });
    expect(installed).toEqual([]);
  });

  it('begins nothing by itself: only a run knows the whole wish', async () => {
    await work.sweep();
    await work.stop();
    expect(installed).toEqual([]);
  });

  it('goes on with the failures, their tries and pauses', async () => {
    expect(await ensure('failed-for-now')).toMatchObject({
      state: 'installing',
      message: expect.stringContaining('tried again: no such host'),
    });
    expect(await ensure('failed-for-good')).toEqual({ state: 'failed', message: 'no such host' });
    expect(await ensure('tired')).toEqual({ state: 'failed', message: 'no such host' });
    expect(await work.status(db, { kind: 'chart', key: `hc-1 ${url} failed-for-now` })).toMatchObject({ failedAttempts: 2 });
  });

  it('takes over what a killed server had under way: its Helm is ended first', async () => {
    const next = openWork({ db, sealer, log: silentLogger, kinds: () => [chartWork({ backend, log: silentLogger })] });
    const later = openCharts({ db, sealer, log: silentLogger, backend, work: next });
    expect(await later.ensure('hc-1', wished('left'), new Date(0))).toEqual({ state: 'deployed' });
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(await later.ensure('hc-1', wished('let-go'), new Date(0))).toEqual({ state: 'deployed' });
    expect(installed).toEqual(['left resumed', 'let-go']);
  });
});
