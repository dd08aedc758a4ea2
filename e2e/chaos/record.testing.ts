/**
 * Records `fixtures/<version>.json.gz`: the rows and the cell of an installation whose processes were killed in the middle
 * of everything. Run by `previous-version.test.ts` with CHAOS_RECORD=<file>, in a checkout of the version to be recorded.
 */
import { sql } from '../../packages/server/src/database/database.js';
import { until } from '../../packages/server/src/engine/engine.testing.js';
import { startInstallation } from './installation.testing.js';
import { offerSmallPlan } from './players.testing.js';
import { seeded } from './random.testing.js';
import { recordState } from './recorded-state.testing.js';
import { startSmallOperator } from './small-operator.testing.js';

/** Names of the instances of a recording, as their tag `case` says; and what was going on when the processes were killed. */
export const CASES = {
  creating: 'a create waits for its gate',
  modifying: 'a modify waits for its gate',
  deleting: 'a delete waits for a finalizer',
  stopping: 'a stop waits for its gate',
  superseded: 'a delete waits for a create to end',
  accepted: 'a create was accepted, and nobody has looked at it',
  restarting: 'a restart was accepted, and nobody has looked at it',
  running: 'nothing goes on',
  stopped: 'nothing goes on, it is stopped',
  failed: 'its modify has failed',
} as const;

export type Case = keyof typeof CASES;

export async function record(file: string): Promise<void> {
  const installation = await startInstallation({ random: seeded(1), processes: [{}, { CELLPLANE_WORK: 'off' }] });
  const [worker, front] = installation.slots;
  if (worker === undefined || front === undefined) throw new Error('two processes were to be started');
  const { db } = installation.database;
  const held = new Set<string>();
  const operator = startSmallOperator(installation.cell, held);
  try {
    const plan = await offerSmallPlan(installation, false);
    const at = (id: string) => `/fleet/service/${plan.serviceId}/environment/${plan.environmentId}/instance/${id}`;
    const ask = async (method: string, path: string, body: object) => {
      const answer = await installation.call(front, { method, path, body: { resourceId: plan.resourceId, ...body } });
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const create = async (name: Case) =>
      String(
        (await ask('POST', plan.createPath, { requestParams: { size: `${name}-1` }, customTags: [{ key: 'case', value: name }] }))['id'],
      );
    const reach = (id: string, status: string) =>
      until(async () => {
        const { rows } = await sql<{ status: string }>`select status from instances where id = ${id}`.execute(db);
        return rows[0]?.status === status ? true : undefined;
      }, `${id} to be ${status}`);
    const atGate = (id: string, task: string) =>
      until(async () => {
        const { rows } = await sql`
          select 1 from run_tasks t join runs r on r.id = t.run_id
          where r.subject = ${id} and r.finished_at is null and t.watch is not null and t.node->>'template' = ${task}`.execute(db);
        return rows.length > 0 ? true : undefined;
      }, `${id} to wait for ${task}`);

    const ids = {} as Record<Case, string>;
    for (const name of ['modifying', 'deleting', 'stopping', 'restarting', 'running', 'stopped', 'failed'] as const)
      ids[name] = await create(name);
    for (const id of Object.values(ids)) await reach(id, 'RUNNING');
    await ask('POST', `${at(ids.stopped)}/stop`, {});
    await reach(ids.stopped, 'STOPPED');
    await ask('PATCH', at(ids.failed), { requestParams: { size: 'bad-2' } });
    await reach(ids.failed, 'FAILED');

    for (const name of ['creating', 'superseded'] as const) {
      ids[name] = await create(name);
      held.add(ids[name]);
      await atGate(ids[name], 'work');
    }
    for (const name of ['modifying', 'stopping'] as const) held.add(ids[name]);
    await ask('PATCH', at(ids.modifying), { requestParams: { size: 'modifying-2' } });
    await atGate(ids.modifying, 'work');
    await ask('POST', `${at(ids.stopping)}/stop`, {});
    await atGate(ids.stopping, 'power');
    const work = { apiVersion: 'v1', kind: 'ConfigMap', namespace: ids.deleting, name: 'work' };
    await installation.cell.patch(work, 'merge', { metadata: { finalizers: ['example.com/hold'] } }, { fieldManager: 'operator' });
    await ask('DELETE', at(ids.deleting), {});
    await atGate(ids.deleting, 'work');

    await installation.end(worker);
    ids.accepted = await create('accepted');
    await ask('POST', `${at(ids.restarting)}/restart`, {});
    await ask('DELETE', at(ids.superseded), {});
    await installation.end(front);
    await recordState(db, installation.cellFolder, file);
  } finally {
    await operator.stop();
    await installation.stop();
  }
}
