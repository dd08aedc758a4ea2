/** What is kept for how long, and what retention has done: for people who read history. */
import type { Handlers } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { selectOldestRun } from '../engine/rows/past-runs.js';
import type { HistoryDays } from './history-days.js';
import { selectRemoved, selectRound } from './store.js';

export type RetentionHandlers = Pick<Handlers, 'describeRetention'>;

export function retentionHandlers(deps: {
  db: Database;
  history: HistoryDays;
  deletedDays: number;
  auditDays: number;
  providerOrgId: string;
}): RetentionHandlers {
  const { db, history, deletedDays, auditDays } = deps;
  const time = (name: string, at: Date | null | undefined) => (at === null || at === undefined ? {} : { [name]: at.toISOString() });
  return {
    async describeRetention({ caller }) {
      const days = {
        historyDays: history.usual,
        historyDaysByEnvironmentType: { ...history.of },
        deletedDays,
        auditDays,
      };
      // How much there is, is the installation's: other providers of it see what holds for them.
      if (caller.orgId !== deps.providerOrgId) return days;
      const [round, removed, oldest] = [await selectRound(db), await selectRemoved(db), await selectOldestRun(db)];
      return {
        ...days,
        ...time('oldestRunAt', oldest),
        round: {
          ...time('begunAt', round?.begunAt),
          ...time('lastBegunAt', round?.endedBegunAt),
          ...time('lastEndedAt', round?.endedAt),
          leftRuns: round?.leftOver ?? 0,
        },
        removed: removed.map(({ kind, removed: rows, lastAt }) => ({ kind, rows, ...time('lastAt', lastAt) })),
      };
    },
  };
}
