/** Our own under `/api/`: how long history is kept, and what of it was removed. */
import { type Static, Type } from 'typebox';
import { provider } from '../access.js';
import { optional, optionalText, text, whole } from '../field.js';
import { operation } from '../operation.js';

const Retention = Type.Object({
  /** Days for which runs, operations and notes of instances are kept. */
  historyDays: whole,
  /** Environment types with another number of days. */
  historyDaysByEnvironmentType: Type.Record(Type.String(), whole),
  /** Days for which what was deleted can be read by its id. */
  deletedDays: whole,
  auditDays: whole,
  /** For the installation's own provider: when the oldest run that is here was made. Some are kept beyond their days. */
  oldestRunAt: optionalText,
  /** The same: the round over all instances. */
  round: optional(
    Type.Object({
      /** Of the one that goes on. */
      begunAt: optionalText,
      /** Of the last one that came to its end. */
      lastBegunAt: optionalText,
      lastEndedAt: optionalText,
      /** Runs that it had to leave although their time was over: somebody held their instances. */
      leftRuns: whole,
    }),
  ),
  /** The same: rows that were removed since the installation was made. */
  removed: optional(Type.Array(Type.Object({ kind: text, rows: whole, lastAt: optionalText }))),
});
export type Retention = Static<typeof Retention>;

export const retentionOperations = {
  describeRetention: operation({
    id: 'cellplane#DescribeRetention',
    api: 'ours',
    route: 'GET /api/retention',
    summary: 'For how many days history is kept, and what was removed of it',
    access: provider('fleet:read', 'lists'),
    response: Retention,
  }),
};
