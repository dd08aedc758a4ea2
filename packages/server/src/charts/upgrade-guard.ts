/**
 * Before a newer version of a chart is put over an installed one, somebody may look at what that would do (operator-guard/). One look serves all
 * runs of this process that want the same; it goes on in the background where it takes long, and its answer is kept for a while.
 */
import { ApiError } from '@cellplane/kubernetes';
import { messageOf } from '../errors.js';
import { masked } from '../work/words.js';
import type { WantedChart } from './chart-rules.js';

/** Answers what keeps the chart from being upgraded, one sentence each. Rejects if that cannot be found out; `retriable` says whether it may later. */
export type ExamineUpgrade = (cellId: string, wanted: WantedChart) => Promise<string[]>;

export type UpgradeVerdict = { state: 'passes' } | { state: 'refused'; message: string } | { state: 'waits'; message: string };

/** How long an answer counts: what somebody has mended or allowed is seen after this. Milliseconds. */
const KEPT_MS = 5_000;
/** A quick look is waited for, so that its run need not ask again. */
const PATIENCE_MS = 400;

/** `from`: the version that is there. */
export function openUpgradeGuard(examine: ExamineUpgrade): (cellId: string, wanted: WantedChart, from: string) => Promise<UpgradeVerdict> {
  const looks = new Map<string, Promise<UpgradeVerdict>>();
  return async (cellId, wanted, from) => {
    const { repositoryUrl, chart, version, plan } = wanted;
    const key = JSON.stringify([cellId, repositoryUrl, chart, from, version, plan.id, plan.version]);
    let look = looks.get(key);
    if (look === undefined) {
      look = verdictOf(examine, cellId, wanted, from);
      looks.set(key, look);
      void look.then(() => setTimeout(() => looks.delete(key), KEPT_MS).unref());
    }
    const busy: UpgradeVerdict = {
      state: 'waits',
      message: `what an upgrade of ${chart} from ${from} to ${version} would do is being looked at`,
    };
    return Promise.race([look, new Promise<UpgradeVerdict>((done) => setTimeout(done, PATIENCE_MS, busy).unref())]);
  };
}

/** Never rejects. */
async function verdictOf(examine: ExamineUpgrade, cellId: string, wanted: WantedChart, from: string): Promise<UpgradeVerdict> {
  const what = `chart ${wanted.chart} is not upgraded from ${from} to ${wanted.version}`;
  const cure = `look at it with "cellplane deployment-cell operator-guard", and allow it there if it is wanted`;
  try {
    const refusals = await examine(cellId, wanted);
    if (refusals.length === 0) return { state: 'passes' };
    const more = refusals.length > 5 ? ` And ${refusals.length - 5} more.` : '';
    return { state: 'refused', message: `${what}. ${refusals.slice(0, 5).join(' ')}${more} To go on, ${cure}.` };
  } catch (error) {
    const cause = masked(messageOf(error), [wanted.password ?? '', ...(wanted.secrets ?? [])]);
    if (mayPass(error)) return { state: 'waits', message: `${what} yet: what it would do cannot be found out now: ${cause}` };
    return { state: 'refused', message: `${what}: what it would do could not be found out: ${cause}` };
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) return error.outcome !== 'permanent';
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}
