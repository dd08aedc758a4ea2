import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openSources, tablesIn, tablesWrittenBy } from '../packages/server/src/database/sql-texts.testing.js';

/** Room of the server → its tables. Only the room's own files name them; other rooms call its functions. */
const tables: Record<string, string[]> = {
  database: ['schema_migration', 'idempotency_keys'],
  events: ['events', 'event_head', 'event_followers'],
  identity: [
    'organizations',
    'users',
    'sessions',
    'refresh_tokens',
    'api_keys',
    'sign_in_attempts',
    'sign_in_addresses',
    'user_product_roles',
    'invitations',
    'user_tokens',
    'factors',
    'recovery_codes',
    'factor_challenges',
    'identity_providers',
    'user_identities',
    'used_sign_in_states',
  ],
  mail: ['mails', 'mail_texts'],
  domains: ['portal_domains', 'portal_themes'],
  secrets: ['master_key', 'secret'],
  catalog: ['services', 'environments', 'plans', 'plan_versions', 'plan_resources', 'plan_features', 'catalog_deletions'],
  subscriptions: ['subscriptions', 'subscription_members', 'subscription_requests', 'subscription_invitations'],
  cells: ['deployment_cells'],
  charts: ['chart_releases'],
  work: ['work'],
  engine: ['runs', 'run_stages', 'run_tasks', 'run_events', 'run_observations', 'cell_watchers'],
  instances: ['instances', 'instance_events'],
  lifecycle: ['operations'],
  snapshots: ['snapshots', 'backup_schedules'],
  upgrades: ['upgrade_paths', 'instance_upgrades', 'maintenance_windows'],
  notifications: ['notices', 'notification_channels', 'notification_deliveries'],
  news: ['member_news', 'news_preferences'],
  audit: ['audit_events', 'audit_chains', 'audit_checkpoints'],
  retention: ['retention_rounds', 'retention_counts'],
  reconciliation: ['instance_objects', 'cell_comparisons'],
  'operator-guard': ['operator_allowances'],
  drift: ['drift_passes', 'drift_objects', 'drift_findings'],
  usage: ['usage_passes', 'usage_days'],
  budgets: ['budgets', 'budget_alerts'],
};

/**
 * Store → tables of other rooms that its statements read beside its own. Each is a page, a search or a choice that one statement has to
 * make; whatever else a room wants to know of another's rows it asks by that room's functions. Nothing here writes them.
 */
const readModels: Record<string, { tables: string[]; why: string }> = {
  'catalog/store.ts': { tables: ['organizations'], why: 'services are listed with the name of their provider' },
  'catalog/rows/place-store.ts': {
    tables: ['organizations', 'users'],
    why: 'the first segment of a create path is its organization, and each create reads where its plan stands: one statement',
  },
  'catalog/rows/version-store.ts': {
    tables: ['users'],
    why: 'each create reads its version, which is shown with who released it: one statement',
  },
  'identity/people/people-store.ts': {
    tables: ['services'],
    why: 'a role for products is given in the transaction that holds them',
  },
  'identity/customers/customer-list-store.ts': {
    tables: ['subscriptions', 'subscription_members', 'plans', 'environments', 'services', 'instances'],
    why: 'pages of customers by the products that they have subscribed to, with what they have there: one statement each',
  },
  'identity/customers/search-store.ts': {
    tables: ['subscriptions', 'subscription_members', 'plans', 'environments'],
    why: 'a search of customers by the products and the environment that they have subscriptions in',
  },
  'identity/store.ts': {
    tables: ['subscription_members', 'services'],
    why: 'who sends a request, with all that their roles say, is one statement: it is asked for with each request',
  },
  'subscriptions/own-list-store.ts': {
    tables: ['plans', 'environments', 'services', 'organizations', 'users'],
    why: "every page of a customer lists their subscriptions by names that are the catalogue's and identity's: one statement",
  },
  'subscriptions/request-list-store.ts': {
    tables: ['plans', 'environments', 'services', 'organizations', 'users'],
    why: 'the same of requests',
  },
  'instance-api/listing/listing-store.ts': {
    tables: [
      'instances',
      'plans',
      'environments',
      'services',
      'deployment_cells',
      'organizations',
      'operations',
      'runs',
      'run_tasks',
      'run_stages',
    ],
    why: 'a page of instances, searched and sorted by the names that catalogue, cells and customers have: one statement',
  },
  'instance-api/environment/summary-store.ts': {
    tables: ['environments', 'plans', 'plan_resources', 'instances', 'subscriptions', 'subscription_members'],
    why: 'what a whole environment has, counted at one moment: one statement',
  },
  'instance-api/fleet/fleet-store.ts': {
    tables: ['instances', 'plans', 'environments', 'services', 'deployment_cells', 'operations', 'runs', 'run_tasks', 'run_stages'],
    why: 'a fleet of thousands is counted where its rows are: by plan version and cell, by what open runs wait for, by alarms; one statement each',
  },
  'mail/mail-store.ts': {
    tables: ['organizations', 'users', 'portal_themes'],
    why: 'a mail is shown and sent with the names of its provider, as its portal has it, and of whom it is for',
  },
  'mail/text/text-store.ts': {
    tables: ['organizations', 'portal_themes'],
    why: 'an example is written with the name and the link for help that mails are sent with',
  },
  'subscriptions/member-list-store.ts': {
    tables: ['plans', 'environments', 'users'],
    why: 'members are listed, and named by those who change them, by address',
  },
  'subscriptions/invitation-store.ts': {
    tables: ['users'],
    why: 'an invitation is for an address: whose it is, is asked in the statement that takes it up',
  },
  'subscriptions/listed-store.ts': {
    tables: ['plans', 'environments', 'services', 'organizations', 'users', 'instances'],
    why: "pages and searches by names that are the catalogue's and identity's",
  },
  'lifecycle/store.ts': {
    tables: ['instances'],
    why: 'an operation that a program before upgrades has begun asks for values of the version that its instance has',
  },
  'lifecycle/subject/subject-store.ts': {
    tables: ['instances', 'deployment_cells', 'organizations', 'users'],
    why: 'what a run acts on: each stage of every run begins with it',
  },
  'lifecycle/past-runs-store.ts': {
    tables: ['instances', 'runs', 'run_stages', 'run_tasks'],
    why: 'asked before each write of an object that holds data: one statement for the purpose of the run, one for what was written since the last life began',
  },
  'snapshots/store.ts': {
    tables: ['environments', 'instances', 'operations'],
    why: 'pages by the type of the environment; what of the backups of an instance counts goes by its present life',
  },
  'snapshots/schedule-store.ts': {
    tables: ['instances', 'operations'],
    why: 'which backups are due is chosen by the state of instances and operations, of each cell so many, without locks',
  },
  'snapshots/removal-store.ts': { tables: ['instances', 'operations'], why: 'the same of removals' },
  'snapshots/going-store.ts': { tables: ['operations'], why: 'an update of its own row that must not come after the operation has begun' },
  'upgrades/candidate-store.ts': {
    tables: ['instances', 'operations', 'runs', 'run_tasks'],
    why: 'which of thousands of instances are upgraded, are well, and what their upgrades have written: one statement each',
  },
  'upgrades/instance-upgrade-store.ts': {
    tables: ['instances', 'operations'],
    why: 'a page of instances as they are by now; how an upgrade has ended, by its operation in the statement that notes it',
  },
  'upgrades/past-upgrade-store.ts': {
    tables: ['operations'],
    why: 'pages of the upgrades of an instance, in paths and without one, in one order: one statement',
  },
  'upgrades/conduct/letter-store.ts': {
    tables: ['instances'],
    why: 'whom letters go to, in the statement that takes them',
  },
  'upgrades/window/window-store.ts': { tables: ['instances'], why: 'what waits for the window of a customer: one statement' },
  'upgrades/window/window-subject-store.ts': {
    tables: ['subscriptions', 'plans', 'organizations'],
    why: 'whose window may be set, and what people call them',
  },
  'instance-api/history-store.ts': {
    tables: ['operations', 'users', 'runs'],
    why: 'a page of operations with who asked for them, and its runs by the operation that their data names',
  },
  'instance-api/execution-store.ts': {
    tables: ['runs', 'operations', 'users'],
    why: 'a page of runs with their operations and who asked for them',
  },
  'instance-api/live/trace-store.ts': {
    tables: ['instances', 'operations', 'runs', 'run_stages', 'run_tasks', 'run_events'],
    why: 'one look, several times a second, at all instances that are watched',
  },
  'live/fact-store.ts': {
    tables: [
      'events',
      'event_head',
      'instances',
      'operations',
      'subscriptions',
      'subscription_requests',
      'upgrade_paths',
      'plans',
      'environments',
      'services',
    ],
    why: 'whose each event is, for all streams of open pages: one statement for each batch',
  },
  'notifications/subject-store.ts': {
    tables: [
      'instances',
      'instance_events',
      'snapshots',
      'budgets',
      'subscriptions',
      'subscription_invitations',
      'plans',
      'environments',
      'services',
      'users',
      'organizations',
      'invitations',
      'upgrade_paths',
      'instance_upgrades',
      'operations',
      'subscription_members',
      'news_preferences',
    ],
    why: 'a message names what an event is about, with all that stands above it: one statement for each event',
  },
  'news/news-store.ts': {
    tables: ['subscription_members', 'subscriptions', 'users'],
    why: 'who of the members wants a piece of news and may have it: one statement for each batch of mails',
  },
  'news/preference-store.ts': {
    tables: ['subscription_members', 'subscriptions', 'users'],
    why: 'whether somebody may choose for a subscription is asked in the transaction that keeps the choice',
  },
  'audit/record-store.ts': {
    tables: [
      'users',
      'organizations',
      'sessions',
      'instances',
      'subscriptions',
      'budgets',
      'operations',
      'plans',
      'environments',
      'services',
    ],
    why: 'each call that changes something is recorded in two statements: names, how the session was begun, and whose and of which product the thing is',
  },
  'audit/list-store.ts': {
    tables: ['instances', 'services', 'environments', 'plans', 'operations'],
    why: "pages of events with the names of what they are about, of the trail's own provider alone",
  },
  'reconciliation/expected-store.ts': {
    tables: ['instances', 'operations', 'runs', 'run_tasks'],
    why: 'a pass reads a whole cell: which instances rest, and what the tasks of their runs have left there',
  },
  'reconciliation/pass-store.ts': {
    tables: ['deployment_cells', 'instances', 'operations'],
    why: 'which cells are due is chosen and claimed in one statement, so that no two copies take one',
  },
  'drift/pass-store.ts': {
    tables: ['deployment_cells'],
    why: 'which cells are due is chosen and claimed in one statement, so that no two copies take one; counts are told by the names of cells',
  },
  'drift/drift-store.ts': { tables: ['instances'], why: 'rows of deleted instances of a cell go in one statement' },
  'drift/drifted-list-store.ts': { tables: ['instances'], why: 'instances that have drifted, of those that the viewer may see: one page' },
  'usage/pass-store.ts': {
    tables: ['deployment_cells'],
    why: 'which cells are due is chosen and claimed in one statement, so that no two copies take one; ages are told by the names of cells',
  },
  'usage/usage-store.ts': {
    tables: ['instances', 'plans', 'services', 'organizations'],
    why: 'what was used is summed up by the database, under the names of plans and customers, and which of it is still there',
  },
  'budgets/store.ts': {
    tables: ['subscriptions', 'plans', 'environments', 'services'],
    why: 'budgets are listed under the names of their plans, for whoever the subscription is of, and are looked at while it lives: one statement',
  },
  'reconciliation/unknown-store.ts': {
    tables: ['instances', 'operations'],
    why: 'a namespace is known while its instance lives or something goes on, at one moment',
  },
};

/** Files beside stores that still have SQL. Only to be made shorter. */
const knownBesideStores = new Set(['attempts.ts']);

const sources = openSources();
afterAll(() => sources.close());

const migrations = fileURLToPath(new URL('../packages/server/migrations/', import.meta.url));
const ownerOf = new Map(Object.entries(tables).flatMap(([room, names]) => names.map((name) => [name, room])));

describe('SQL', () => {
  it('has one room for each table', () => {
    const made: string[] = [];
    for (const file of readdirSync(migrations)
      .toSorted()
      .filter((name) => name.endsWith('.sql'))) {
      const text = readFileSync(migrations + file, 'utf8');
      made.push(...[...text.matchAll(/^create table ([a-z_]+)/gm)].map(([, name = '']) => name));
      for (const [, from = '', to = ''] of text.matchAll(/^alter table ([a-z_]+) rename to ([a-z_]+)/gm))
        made.splice(made.indexOf(from), 1, to);
    }
    expect([...ownerOf.keys()].toSorted()).toEqual([...made, 'schema_migration'].toSorted());
  });

  it('names only tables of its own room', () => {
    const wrong = sources.templates.flatMap(({ file, line, text }) => {
      const room = file.split('/')[0] ?? '';
      const foreign = [...tablesIn(text)].filter(
        (name) => (ownerOf.get(name) ?? room) !== room && readModels[file]?.tables.includes(name) !== true,
      );
      return foreign.map((table) => `${file}:${line} names ${table}, which is ${ownerOf.get(table)}'s`);
    });
    expect(wrong).toEqual([]);
  });

  it('has no read model for what it does not read', () => {
    const unread = Object.entries(readModels).flatMap(([file, { tables }]) => {
      const read = new Set(sources.templates.filter((one) => one.file === file).flatMap(({ text }) => [...tablesIn(text)]));
      return tables.filter((name) => !read.has(name)).map((name) => `${file} does not read ${name}`);
    });
    expect(unread).toEqual([]);
  });

  it('writes only tables of its own room', () => {
    const wrong = sources.templates.flatMap(({ file, line, text }) => {
      const room = file.split('/')[0] ?? '';
      const foreign = [...tablesWrittenBy(text)].filter((name) => (ownerOf.get(name) ?? room) !== room);
      return foreign.map((table) => `${file}:${line} writes ${table}, which is ${ownerOf.get(table)}'s`);
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
