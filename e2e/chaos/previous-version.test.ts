/**
 * Runs that the previous version of the program has begun are finished by this one. The fixture holds what that version
 * (commit 5014fd1) had in its database and its cell when its processes were killed; `record.testing.ts` made it.
 */
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { sql } from '../../packages/server/src/database/database.js';
import { atRest, audit } from './audit.testing.js';
import { startInstallation } from './installation.testing.js';
import { seeded } from './random.testing.js';
import { type Case, record } from './record.testing.js';
import { readRecorded, restoreCell, restoreRows } from './recorded-state.testing.js';
import { startSmallOperator } from './small-operator.testing.js';

const RECORD = process.env['CHAOS_RECORD'];

if (RECORD !== undefined)
  it('records this version', async () => {
    await record(RECORD);
    expect((await readRecorded(pathToFileURL(RECORD))).tables['operations']?.length).toBeGreaterThan(0);
  }, 120_000);
else it('finishes what the previous version has begun', finish, 400_000);

async function finish(): Promise<void> {
  const state = await readRecorded(new URL('./fixtures/version-5014fd1.json.gz', import.meta.url));
  const installation = await startInstallation({
    random: seeded(1),
    beforeCell: (folder) => restoreCell(state, folder),
    beforeProcesses: (parts) => restoreRows(parts, state),
  });
  const operator = startSmallOperator(installation.cell);
  try {
    const { db } = installation.database;
    const open = state.tables['operations']?.filter((row) => 'finished_at' in row && row.finished_at === null);
    expect(open).toHaveLength(8);
    const instances = async () => {
      const { rows } = await sql<{
        id: string;
        status: string;
        message: string;
        tags: { value: string }[];
        service: string;
        environment: string;
        resource: string;
      }>`
        select id, status, status_message as message, tags, service_id as service, environment_id as environment, resource_id as resource from instances`.execute(
        db,
      );
      return new Map(rows.map((row) => [row.tags[0]?.value as Case, row]));
    };
    const found = await instances();
    const path = (name: Case) => {
      const one = found.get(name);
      return `/fleet/service/${one?.service}/environment/${one?.environment}/instance/${one?.id}`;
    };
    const [slot] = installation.slots;
    if (slot === undefined) throw new Error('no process');
    const work = { apiVersion: 'v1', kind: 'ConfigMap', namespace: found.get('deleting')?.id ?? '', name: 'work' };
    await installation.cell.patch(work, 'merge', { metadata: { finalizers: null } }, { fieldManager: 'operator' });
    expect(await atRest(db, 150_000)).toEqual([]);

    // What had ended before goes on from there.
    const resourceId = found.get('running')?.resource;
    const ask = async (method: string, at: string, body: object) =>
      expect(await installation.call(slot, { method, path: at, body: { resourceId, ...body } })).toMatchObject({ status: 200 });
    await ask('PATCH', path('running'), { requestParams: { size: 'running-2' } });
    await ask('POST', `${path('stopped')}/start`, {});
    await ask('PATCH', path('failed'), { requestParams: { size: 'failed-3' } });
    expect(await atRest(db, 150_000)).toEqual([]);

    const ends = Object.fromEntries(
      [...(await instances())].map(([name, { status, message }]) => [name, message === '' ? status : `${status}: ${message}`]),
    );
    expect(ends).toEqual({
      creating: 'RUNNING',
      modifying: 'RUNNING',
      deleting: 'DELETED',
      stopping: 'STOPPED',
      superseded: 'DELETED',
      accepted: 'RUNNING',
      restarting: 'RUNNING',
      running: 'RUNNING',
      stopped: 'RUNNING',
      failed: 'RUNNING',
    });
    const { lost, doubled, stuck, wrong } = await audit(installation, []);
    expect({ lost, doubled, stuck, wrong }).toEqual({ lost: [], doubled: [], stuck: [], wrong: [] });
  } finally {
    await operator.stop();
    await installation.stop();
  }
}
