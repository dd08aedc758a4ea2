import { describe, expect, it } from 'vitest';
import { type Database, sql, transaction } from '../database/database.js';
import { migrate, readMigrations } from '../database/migrate.js';
import { emptyTestDatabase } from '../database/test-database.testing.js';
import { silentLogger } from '../log.js';

/** Rows of a first version: an instance of a plan of these resources with an operation and its run. Columns that do not matter are left out of what is checked. */
async function firstVersion(db: Database, resources: string[], operation: { kind: string; status: string }): Promise<void> {
  const all = await readMigrations();
  await migrate(
    db,
    silentLogger,
    all.filter(({ number }) => number < 75),
  );
  const insert = async (table: string, row: object) => {
    await transaction(db, async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx);
      const columns = Object.keys(row);
      await sql`insert into ${sql.table(table)} (${sql.join(columns.map((name) => sql.ref(name)))})
        select ${sql.join(columns.map((name) => sql.ref(name)))} from json_populate_record(null::${sql.table(table)}, ${JSON.stringify(row)}::json)`.execute(
        tx,
      );
    });
  };
  const plan = { resources: resources.map((key) => ({ key })) };
  const ids = { provider_org_id: 'org-a', org_id: 'org-a', subscription_id: 'sub-a', service_id: 's-a', environment_id: 'se-a' };
  await insert('plan_versions', {
    plan_id: 'pt-a',
    number: 1,
    status: 'Preferred',
    spec: '',
    digest: '',
    compiled: plan,
    released_by: 'user-a',
  });
  await insert('instances', {
    ...ids,
    id: 'instance-a',
    environment_type: 'DEV',
    plan_id: 'pt-a',
    plan_version: '1.0',
    resource_id: 'r-a',
    resource_key: 'box',
    cell_id: 'cell-a',
    cloud_provider: 'aws',
    region: 'eu',
    network_type: 'PUBLIC',
    namespace: 'instance-a',
    status: 'DEPLOYING',
    parameters: {},
    launch_parameters: {},
    sealed_parameters: '\\x00',
    sealed_seed: '\\x00',
    created_by: 'user-a',
    tags: [],
    warnings: [],
    deletion_protection: false,
  });
  await insert('operations', { ...operation, id: 'op-a', instance_id: 'instance-a', run_id: 'run-a', requested_by: 'user-a' });
  await insert('runs', {
    id: 'run-a',
    kind: 'modify',
    subject: 'instance-a',
    org_id: 'org-a',
    cell_id: 'cell-a',
    namespace: 'instance-a',
    impersonate: 'x',
    field_manager: 'x',
    labels: {},
    before: ['final-snapshot', 'values'],
    after: [],
    data: { resourceKey: 'box', planVersion: '1.0' },
    sealed_values: '\\x00',
    phase: 'Running',
    deadline_at: new Date().toISOString(),
  });
}

describe('an operation of the first versions', () => {
  it('has its step, and its run says which operation it belongs to, once the database is migrated', async () => {
    const { db } = await emptyTestDatabase();
    await firstVersion(db, ['box'], { kind: 'upgrade', status: 'running' });
    await migrate(db, silentLogger);
    const { rows } = await sql`
      select o.step, o.next_steps, r.data, r.before from operations o join runs r on r.id = o.run_id`.execute(db);
    const step = { verb: 'modify', resourceKey: 'box' };
    expect(rows).toEqual([
      { step, next_steps: [], data: { resourceKey: 'box', planVersion: '1.0', operationId: 'op-a', step }, before: ['values'] },
    ]);
  });

  it('of several resources that still goes on keeps the database from being migrated, and is named', async () => {
    const { db } = await emptyTestDatabase();
    await firstVersion(db, ['box', 'lid'], { kind: 'create', status: 'running' });
    await expect(migrate(db, silentLogger)).rejects.toThrow(
      'operations on instance-a were begun by a version of the program that stored no steps',
    );
  });
});
