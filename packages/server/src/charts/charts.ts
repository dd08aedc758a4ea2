/**
 * Operator charts in cells. One release is installed by one process at a time: whoever holds the lease on its row. The
 * installation goes on in the background of that process, longer than any call of a run; runs look at the row. A lease that
 * is not renewed was held by a process that died: whoever finds it ends what is left of its Helm and installs again.
 *
 *     pending ─▶ installing ─▶ deployed ─▶ installing (newer version, or its plan's new values) …
 *                    └──────▶ failed ─▶ installing (back-off, if another try may help; or for a later run)
 */
import { randomUUID } from 'node:crypto';
import type { Json } from '@cellplane/plan';
import { type Database, transaction } from '../database/database.js';
import { DomainError, messageOf } from '../errors.js';
import { groupState, killGroup, type ProcessGroup } from '../exec/process-group.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';
import { compareVersions, decideChart, type WantedChart } from './chart-rules.js';
import {
  type ChartKey,
  type ChartRow,
  finishInstallation,
  insertChart,
  lockChart,
  markMissing,
  recordGroup,
  renewLease,
  selectChart,
  setChartVersion,
  startInstallation,
} from './chart-store.js';

export type ChartState =
  | { state: 'deployed'; warning?: string }
  | { state: 'installing'; message: string }
  | { state: 'failed'; message: string };

/** Installs for real: Helm on a cluster, the simulator's own way on a simulated cell. */
export interface ChartBackend {
  /**
   * Installs or upgrades and waits until the chart's workloads are ready; answers the version that is there then (a newer
   * one found in place stays). Rejects with an error whose `retriable` says whether another try may help. `reinstall`: the
   * release works, and gets new values. `resumed`: Helm ran for us before without an end, so what is pending is ours.
   */
  install(
    cellId: string,
    chart: WantedChart,
    options: { signal: AbortSignal; onStarted: (group: ProcessGroup) => Promise<void>; reinstall: boolean; resumed: boolean },
  ): Promise<{ version: string }>;
  /** The version that works in the cell now; undefined if somebody took it away. */
  installed(cellId: string, chart: WantedChart): Promise<string | undefined>;
}

/** How long a release that was seen in its cell is believed to be there. Milliseconds. */
const SEEN_MS = 60_000;

export interface Charts {
  /**
   * Looks at the release and starts its installation if it is due. Quick: what lasts goes on in the background. `since` is
   * when the asking run was made: a failure older than that is tried again.
   */
  ensure(cellId: string, wanted: WantedChart, since: Date): Promise<ChartState>;
  /** Aborts installations under way and waits for their rows. */
  stop(): Promise<void>;
}

export interface ChartDeps {
  db: Database;
  sealer: Sealer;
  log: Logger;
  backend: ChartBackend;
}

const LEASE_SECONDS = 10;
const RENEW_MS = 2_500;
/** A holder that has not renewed for so long when it should again ends its Helm: before another process may begin, by the local clock. */
const LET_GO_MS = 6_000;
const MOST_ATTEMPTS = 5;
/** A quick installation is waited for, so that its run need not look again. */
const PATIENCE_MS = 400;

export function openCharts(deps: ChartDeps): Charts {
  const holder = randomUUID();
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const seen = new Map<string, number>();
  /** A release that was taken away behind our back is installed again; one that cannot be looked at is believed. */
  const lookInCell = async (key: ChartKey, wanted: WantedChart) => {
    const name = sealContext(key);
    if (performance.now() - (seen.get(name) ?? -Infinity) < SEEN_MS) return;
    const row = await selectChart(deps.db, key);
    if (row?.status !== 'deployed') return;
    try {
      const { releaseName, namespace } = row;
      const version = await deps.backend.installed(key.cellId, { ...wanted, releaseName, namespace });
      if (version === undefined) await markMissing(deps.db, key);
      else if (compareVersions(version, row.version) > 0) await setChartVersion(deps.db, key, version);
      seen.set(name, performance.now());
    } catch (error) {
      deps.log.warn({ chart: wanted.chart, error: messageOf(error) }, 'it could not be checked that a chart is still installed');
    }
  };
  const install = (job: Job) => {
    const work = carryOut(deps, holder, job, stopping.signal).catch((error: unknown) => {
      // The row's lease runs out by itself; another look takes it up again.
      deps.log.warn({ chart: job.wanted.chart, error: messageOf(error) }, 'the end of a chart installation could not be recorded');
    });
    running.add(work);
    void work.finally(() => running.delete(work));
    return work;
  };
  return {
    ensure: async (cellId, wanted, since) => {
      await lookInCell({ cellId, repositoryUrl: wanted.repositoryUrl, chart: wanted.chart }, wanted);
      for (let round = 0; ; round += 1) {
        const look = await lookAt(deps, holder, { cellId, repositoryUrl: wanted.repositoryUrl, chart: wanted.chart }, wanted, since);
        if (look.start === undefined) return look.state;
        const work = install(look.start);
        const quick = await Promise.race([
          work.then(() => true),
          new Promise<false>((done) => setTimeout(done, PATIENCE_MS, false).unref()),
        ]);
        if (!quick || round > 0) return look.state;
      }
    },
    stop: async () => {
      stopping.abort(new Error('the server is stopping'));
      await Promise.all(running);
    },
  };
}

interface Job {
  key: ChartKey;
  wanted: WantedChart;
  attempts: number;
  /** The release works already; only its values or version change. */
  reinstall: boolean;
  /** Helm ran for us before without an end: what is pending in the cell is ours. */
  resumed: boolean;
}

interface Look {
  state: ChartState;
  start?: Job;
}

async function lookAt(deps: ChartDeps, holder: string, key: ChartKey, wanted: WantedChart, since: Date): Promise<Look> {
  const context = sealContext(key);
  const sealedValues = deps.sealer.seal(JSON.stringify(wanted.values), context);
  const busy: ChartState = { state: 'installing', message: `chart ${wanted.chart} ${wanted.version} is being installed` };
  return transaction(deps.db, async (tx): Promise<Look> => {
    const inserted = await insertChart(tx, { ...key, ...wanted, sealedValues });
    const row = await lockChart(tx, key);
    if (row === undefined) {
      const message = `release ${wanted.releaseName} in namespace ${wanted.namespace} is another chart already`;
      return { state: { state: 'failed', message } };
    }
    if (row.status === 'installing' && row.leased) return { state: busy };
    const start = async (attempts: number, chart = wanted): Promise<Look> => {
      endOrphan(deps, row);
      const sealed = deps.sealer.seal(JSON.stringify(chart.values), context);
      await startInstallation(tx, key, {
        holder,
        leaseSeconds: LEASE_SECONDS,
        version: chart.version,
        sealedValues: sealed,
        plan: chart.plan,
        attempts,
      });
      return {
        state: busy,
        start: { key, wanted: chart, attempts, reinstall: row.status === 'deployed', resumed: row.processGroup !== null },
      };
    };
    if (inserted) return start(1);
    const installed = { ...row, values: JSON.parse(deps.sealer.open(row.sealedValues, context).toString('utf8')) as Json };
    const decision = decideChart(installed, wanted);
    if (decision.action === 'refuse') return { state: { state: 'failed', message: decision.message } };
    if (row.status === 'deployed' && decision.action === 'keep') {
      return { state: { state: 'deployed', ...(decision.warning === undefined ? {} : { warning: decision.warning }) } };
    }
    const fresh = decision.action === 'install' || row.modifiedAt < since;
    if (row.status === 'failed' && !fresh) {
      if (!row.retriable || row.attempts >= MOST_ATTEMPTS) return { state: { state: 'failed', message: row.message } };
      if (!row.due)
        return { state: { state: 'installing', message: `chart ${wanted.chart} ${wanted.version} will be tried again: ${row.message}` } };
    }
    const attempts = row.status === 'failed' && !fresh ? row.attempts + 1 : 1;
    // Taking over what somebody else left unfinished must not lower its version.
    const older = compareVersions(wanted.version, row.version) < 0;
    return older ? start(attempts, { ...wanted, version: row.version, values: installed.values, plan: row.plan }) : start(attempts);
  });
}

/** Ends the Helm of a process that died while it installed. On another host only the lease can tell, and it has run out. */
function endOrphan(deps: ChartDeps, row: ChartRow): void {
  if (row.processGroup === null || groupState(row.processGroup) !== 'alive') return;
  deps.log.warn({ chart: row.chart, pgid: row.processGroup.pgid }, 'ending an installation that its server left behind');
  killGroup(row.processGroup.pgid);
}

async function carryOut(deps: ChartDeps, holder: string, job: Job, stopping: AbortSignal): Promise<void> {
  const { key, wanted } = job;
  const lost = new AbortController();
  const signal = AbortSignal.any([stopping, lost.signal]);
  let heldSince = performance.now();
  const renewing = setInterval(() => {
    const asked = performance.now();
    if (asked - heldSince > LET_GO_MS) lost.abort(new Error('the lease of this installation could not be renewed'));
    renewLease(deps.db, key, holder, LEASE_SECONDS).then(
      (ours) => {
        if (ours) heldSince = asked;
        else lost.abort(new Error('another process has taken over this installation'));
      },
      (error: unknown) =>
        deps.log.warn({ chart: wanted.chart, error: messageOf(error) }, 'the lease of a chart installation could not be renewed'),
    );
  }, RENEW_MS);
  try {
    const onStarted = async (group: ProcessGroup) => {
      if (!(await recordGroup(deps.db, key, holder, group))) throw new Error('another process has taken over this installation');
    };
    const { version } = await deps.backend.install(key.cellId, wanted, {
      signal,
      onStarted,
      reinstall: job.reinstall,
      resumed: job.resumed,
    });
    if (version !== wanted.version) await setChartVersion(deps.db, key, version);
    await finishInstallation(deps.db, key, holder, { status: 'deployed' });
    deps.log.info({ cell: key.cellId, chart: wanted.chart, version }, 'chart installed');
  } catch (error) {
    if (lost.signal.aborted) return;
    if (stopping.aborted) return await finishInstallation(deps.db, key, holder, { status: 'pending' });
    const retriable = error instanceof Error && 'retriable' in error ? error.retriable === true : !(error instanceof DomainError);
    const message = `chart ${wanted.chart} ${wanted.version} of ${wanted.repositoryUrl} could not be installed: ${masked(messageOf(error), wanted)}`;
    deps.log.warn({ cell: key.cellId, chart: wanted.chart, retriable }, message);
    await finishInstallation(deps.db, key, holder, {
      status: 'failed',
      message,
      retriable,
      retryInSeconds: Math.min(2 ** job.attempts, 30),
    });
  } finally {
    clearInterval(renewing);
  }
}

/** Helm's words may quote an address with credentials, or a value; also as a Secret holds it. One or two letters are left: they protect nothing. */
function masked(message: string, { password = '', secrets = [] }: WantedChart): string {
  const hidden = [password, ...secrets].filter((secret) => secret.length > 2).toSorted((one, other) => other.length - one.length);
  return hidden
    .flatMap((secret) => [secret, Buffer.from(secret, 'utf8').toString('base64')])
    .reduce((text, secret) => text.replaceAll(secret, '***'), message);
}

function sealContext(key: ChartKey): string {
  return `chart/${key.cellId}/${key.repositoryUrl}/${key.chart}`;
}
