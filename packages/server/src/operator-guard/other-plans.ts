/** Plans of a cell that share a chart: which version each wants, who contradicts, and whose instances restart. Pure. */
import { compareVersions, type WantedChart } from '../charts/chart-rules.js';
import { chartOf, type RunningVersion } from './cell-plans.js';

/** A plan version of the cell that has the chart, too. */
export interface ChartUser {
  planId: string;
  planName: string;
  planVersion: string;
  /** The chart's version that it names. */
  wants: string;
  instances: number;
  instanceIds: string[];
  /** Another plan that was made for another major version of the chart: nobody says that it runs with this one. */
  contradicts: boolean;
  /** Whether the upgrade restarts these instances, as the upgrading plan or their own says. */
  restarts: 'yes' | 'no' | 'unknown';
}

/** Ids that are named for each plan version. */
const MOST_NAMED = 50;

/** `restarts`: what the plan says that wants the upgrade. */
export function chartUsers(running: readonly RunningVersion[], wanted: WantedChart, restarts: boolean | undefined): ChartUser[] {
  return running.flatMap(({ version, instances }) => {
    const chart = chartOf(version, wanted);
    if (chart === undefined) return [];
    const said = restarts ?? chart.restartsInstances;
    return [
      {
        planId: version.place.planId,
        planName: version.place.planName,
        planVersion: version.version,
        wants: chart.chartVersion,
        instances: instances.length,
        instanceIds: instances.slice(0, MOST_NAMED).map(({ id }) => id),
        contradicts:
          version.place.planId !== wanted.plan.id &&
          compareVersions(wanted.version, chart.chartVersion) > 0 &&
          majorOf(chart.chartVersion) !== majorOf(wanted.version),
        restarts: said === undefined ? 'unknown' : said ? 'yes' : 'no',
      },
    ];
  });
}

function majorOf(version: string): string {
  return /^v?(\d+)/.exec(version.trim())?.[1] ?? version;
}
