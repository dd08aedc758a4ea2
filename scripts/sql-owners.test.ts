import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openSources, tablesIn } from '../packages/server/src/database/sql-texts.testing.js';

/** Room of the server → its tables. Only the room's own files name them; other rooms call its functions. */
const tables: Record<string, string[]> = {
  database: ['schema_migration', 'idempotency_keys'],
  events: ['events', 'event_head', 'event_followers'],
  identity: ['organizations', 'users', 'sessions', 'refresh_tokens', 'api_keys', 'sign_in_attempts', 'sign_in_addresses'],
  secrets: ['master_key', 'secret'],
  catalog: ['services', 'environments', 'plans', 'plan_versions', 'plan_resources'],
  subscriptions: ['subscriptions'],
  cells: ['deployment_cells'],
  charts: ['chart_releases'],
  work: ['work'],
  engine: ['runs', 'run_stages', 'run_tasks', 'run_events', 'cell_watchers'],
  instances: ['instances', 'instance_events'],
  lifecycle: ['operations'],
  snapshots: ['snapshots', 'backup_schedules'],
  reconciliation: ['instance_objects', 'cell_looks'],
};

/** Room → tables of other rooms that it still names. Only to be made shorter, or argued. */
const known: Record<string, string[]> = {
  catalog: ['organizations', 'users'],
  'instance-api': [
    'environments',
    'instance_events',
    'instances',
    'operations',
    'plans',
    'run_events',
    'run_stages',
    'run_tasks',
    'runs',
    'services',
    'subscriptions',
    'users',
  ],
  lifecycle: ['instances', 'run_events', 'run_stages', 'run_tasks', 'runs'],
  reconciliation: ['deployment_cells', 'instances', 'operations', 'run_tasks', 'runs'],
  snapshots: ['environments', 'instances', 'operations'],
  subscriptions: ['environments', 'instances', 'plans', 'services', 'users'],
  watchdog: ['runs'],
};

/** Files beside stores that still have SQL. Only to be made shorter. */
const knownBesideStores = new Set([
  'alarm.ts',
  'attempts.ts',
  'breakpoint-requests.ts',
  'build.ts',
  'catalog.ts',
  'delete.ts',
  'due-work.ts',
  'findings.ts',
  'hierarchy.ts',
  'history.ts',
  'inventory.ts',
  'kept-objects.ts',
  'live-progress.ts',
  'requested-change.ts',
  'started-resources.ts',
  'strikes.ts',
  'subscription.ts',
  'version.ts',
  'what-changed.ts',
]);

const sources = openSources();
afterAll(() => sources.close());

const migrations = fileURLToPath(new URL('../packages/server/migrations/', import.meta.url));
const ownerOf = new Map(Object.entries(tables).flatMap(([room, names]) => names.map((name) => [name, room])));

describe('SQL', () => {
  it('has one room for each table', () => {
    const made = readdirSync(migrations)
      .filter((file) => file.endsWith('.sql'))
      .flatMap((file) => [...readFileSync(migrations + file, 'utf8').matchAll(/^create table ([a-z_]+)/gm)].map((match) => match[1]));
    expect([...ownerOf.keys()].toSorted()).toEqual([...made, 'schema_migration'].toSorted());
  });

  it('names only tables of its own room', () => {
    const wrong = sources.templates.flatMap(({ file, line, text }) => {
      const room = file.split('/')[0] ?? '';
      const foreign = [...tablesIn(text)].filter((name) => (ownerOf.get(name) ?? room) !== room && known[room]?.includes(name) !== true);
      return foreign.map((table) => `${file}:${line} names ${table}, which is ${ownerOf.get(table)}'s`);
    });
    expect(wrong).toEqual([]);
  });

  it('that names a table stands in stores, named store.ts or <noun>-store.ts; all of database/ and engine/ is about rows', () => {
    const isStore = /(^|\/|-)store\.ts$|^(database|engine)\//;
    const namesTable = (text: string) => [...tablesIn(text)].some((name) => ownerOf.has(name));
    const wrong = sources.templates.filter(
      ({ file, text }) => namesTable(text) && !isStore.test(file) && !knownBesideStores.has(basename(file)),
    );
    expect(wrong.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });
});
