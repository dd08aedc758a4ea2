/**
 * Operator charts in cells. A release has a row, which says what is wished there and whether it is deployed; its installation is long
 * work (`work/`), which goes on in the background of one process, longer than any call of a run. Runs read both.
 *
 *     pending ─▶ deployed ─▶ pending (newer version, its plan's new values, or taken away in the cell) ─▶ deployed …
 */
import type { Json } from '@cellplane/plan';
import { type Database, transaction } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';
import type { WorkStatus } from '../work/store.js';
import type { BegunWork, Work } from '../work/work.js';
import { type ChartDecision, compareVersions, decideChart, type WantedChart } from './chart-rules.js';
import { type ChartKey, type ChartRow, insertChart, lockChart, markMissing, selectChart, setChartVersion, setWish } from './chart-store.js';
import { type ExamineUpgrade, openUpgradeGuard } from './upgrade-guard.js';
import { CHART_WORK, type ChartBackend, type ChartInput, chartWorkKey } from './chart-work.js';

type ChartState = { state: 'deployed'; warning?: string } | { state: 'installing'; message: string } | { state: 'failed'; message: string };

/** How long a release that was seen in its cell is believed to be there. Milliseconds. */
const SEEN_MS = 60_000;
/** A quick installation is waited for, so that its run need not ask again. */
const PATIENCE_MS = 400;

export interface Charts {
  /**
   * Reads the state of the release and starts its installation if it is due. Quick: an installation goes on in the background. `since` is
   * when the asking run was made: a failure older than that is tried again.
   */
  ensure(cellId: string, wanted: WantedChart, since: Date): Promise<ChartState>;
}

/** `work` knows the kind `chartWork`. */
export interface ChartDeps {
  db: Database;
  sealer: Sealer;
  log: Logger;
  backend: Pick<ChartBackend, 'installed'>;
  work: Work;
  /** Looks before a newer version is put over an older one. @default nobody does */
  examine?: ExamineUpgrade;
}

export function openCharts(deps: ChartDeps): Charts {
  const seen = new Map<string, number>();
  const guard = deps.examine === undefined ? undefined : openUpgradeGuard(deps.examine);
  /** A release that somebody removed from the cell is installed again; one that cannot be read there counts as installed. */
  const checkInCell = async (key: ChartKey, wanted: WantedChart) => {
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
  return {
    ensure: async (cellId, wanted, since) => {
      const key: ChartKey = { cellId, repositoryUrl: wanted.repositoryUrl, chart: wanted.chart };
      await checkInCell(key, wanted);
      // The version that is there, once it is known that it may be replaced.
      let replaced: string | undefined;
      for (let performed = 0; ; ) {
        const outcome = await beginIfDue(deps, key, wanted, { since, replaced });
        if (outcome.toReplace !== undefined) {
          const verdict = await guard?.(cellId, wanted, outcome.toReplace);
          if (verdict?.state === 'refused') return { state: 'failed', message: verdict.message };
          if (verdict?.state === 'waits') return { state: 'installing', message: verdict.message };
          replaced = outcome.toReplace;
          continue;
        }
        if (outcome.begun === undefined) return outcome.state;
        const quick = await Promise.race([
          deps.work.perform(outcome.begun).then(() => true),
          new Promise<false>((done) => setTimeout(done, PATIENCE_MS, false).unref()),
        ]);
        performed += 1;
        if (!quick || performed > 1) return outcome.state;
      }
    },
  };
}

interface Outcome {
  state: ChartState;
  begun?: BegunWork;
  /** Nothing was begun: this version is there, and is to be looked at before a newer one replaces it. */
  toReplace?: string;
}

interface Asked {
  since: Date;
  replaced: string | undefined;
}

async function beginIfDue(deps: ChartDeps, key: ChartKey, wanted: WantedChart, { since, replaced }: Asked): Promise<Outcome> {
  const context = sealContext(key);
  const seal = (values: Json) => deps.sealer.seal(JSON.stringify(values), context);
  const busy: ChartState = { state: 'installing', message: `chart ${wanted.chart} ${wanted.version} is being installed` };
  return transaction(deps.db, async (tx): Promise<Outcome> => {
    const inserted = await insertChart(tx, { ...key, ...wanted, sealedValues: seal(wanted.values) });
    // Whoever asks for the work holds the release's row: two askers come one after the other.
    const row = await lockChart(tx, key);
    if (row === undefined) {
      const message = `release ${wanted.releaseName} in namespace ${wanted.namespace} is another chart already`;
      return { state: { state: 'failed', message } };
    }
    const work = await deps.work.status(tx, { kind: CHART_WORK, key: chartWorkKey(key) });
    if (work?.isHeld === true) return { state: busy };
    const values = JSON.parse(deps.sealer.open(row.sealedValues, context).toString('utf8')) as Json;
    const start = async (isRetry = false): Promise<Outcome> => {
      // Taking over what somebody else left unfinished must not lower its version.
      const chart: WantedChart =
        compareVersions(wanted.version, row.version) < 0 ? { ...wanted, version: row.version, values, plan: row.plan } : wanted;
      const input: ChartInput = { key, wanted: chart, reinstall: row.status === 'deployed' };
      const begun = await deps.work.begin(tx, {
        kind: CHART_WORK,
        key: chartWorkKey(key),
        input: input as unknown as Json,
        isRetry,
      });
      if (begun === undefined) return { state: busy };
      await setWish(tx, key, { version: chart.version, sealedValues: seal(chart.values), plan: chart.plan });
      return { state: busy, begun };
    };
    if (inserted) return start();
    const decision = decideChart({ ...row, values }, wanted);
    if (decision.action === 'refuse') return { state: { state: 'failed', message: decision.message } };
    if (row.status === 'deployed' && decision.action === 'keep') {
      return { state: { state: 'deployed', ...(decision.warning === undefined ? {} : { warning: decision.warning }) } };
    }
    if (
      deps.examine !== undefined &&
      decision.action === 'install' &&
      replaced !== row.version &&
      compareVersions(wanted.version, row.version) > 0
    )
      return { state: busy, toReplace: row.version };
    const failed = decision.action === 'install' ? undefined : failureOf(row, work, since);
    if (failed === undefined) return start();
    if (failed.state === 'failed') return { state: { state: 'failed', message: failed.message } };
    if (failed.isDue) return start(true);
    return { state: { state: 'installing', message: `chart ${wanted.chart} ${wanted.version} will be tried again: ${failed.message}` } };
  });
}

/** What a run that wants the chart would do about the release that is there, as far as the rows know. Nothing is begun. */
export async function foreseeChart(
  { db, sealer }: Pick<ChartDeps, 'db' | 'sealer'>,
  cellId: string,
  wanted: WantedChart,
): Promise<{ installed?: string; decision: ChartDecision }> {
  const key: ChartKey = { cellId, repositoryUrl: wanted.repositoryUrl, chart: wanted.chart };
  const row = await selectChart(db, key);
  if (row === undefined) return { decision: { action: 'install' } };
  const values = JSON.parse(sealer.open(row.sealedValues, sealContext(key)).toString('utf8')) as Json;
  const decision = decideChart({ ...row, values }, wanted);
  if (row.status === 'deployed') return { installed: row.version, decision };
  return { decision: decision.action === 'keep' ? { action: 'install' } : decision };
}

/** The failure that counts for a run made then: one that is older than the run does not. */
function failureOf(row: ChartRow, work: WorkStatus | undefined, since: Date): WorkStatus | undefined {
  if (row.status !== 'pending' || work === undefined || work.modifiedAt < since) return undefined;
  return work.state === 'failed' || (work.state === 'waiting' && work.message !== '') ? work : undefined;
}

function sealContext(key: ChartKey): string {
  return `chart/${key.cellId}/${key.repositoryUrl}/${key.chart}`;
}
