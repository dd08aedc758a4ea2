import type { Controller, ControllerDeps } from '../../controllers/controller.js';
import { arrayAt, at, objectAt, stringAt } from '../../json.js';
import type { Stored } from '../../store/store.js';
import { change, changeStatus, find, findAll, type Next, type Operator, startOperator } from '../behaviour.js';
import { operatorRuns } from './cnpg.js';
import { CNPG, isReady, primaryOf, readCluster } from './state.js';

/** Milliseconds of a simulated `create database`, and between looks at a Cluster whose primary does not answer. */
const TAKES = 150;
const RETRY = 1000;
const FINALIZER = 'cnpg.io/deleteDatabase';

/**
 * Database objects: applied by the primary's instance manager, refused in PostgreSQL's words where the owner is no role, or where
 * another object manages the same database. One whose Cluster is gone says so and holds nothing up.
 */
export function startDatabases(deps: ControllerDeps): Controller {
  const keyOf = ({ resource, object }: { resource: string; object: Stored }) =>
    resource === 'databases.postgresql.cnpg.io' ? `${String(object.metadata.namespace)}/${String(object.metadata.name)}` : undefined;
  return startOperator(
    deps,
    'cloudnative-pg-database',
    keyOf,
    (operator, key) => {
      const [namespace = '', name = ''] = key.split('/');
      const database = find(operator, CNPG, 'Database', namespace, name);
      return database && operatorRuns(operator) ? step(operator, database) : undefined;
    },
    TAKES,
  );
}

function step(operator: Operator, database: Stored): Next {
  const state = readCluster(operator, String(database.metadata.namespace), stringAt(database, 'spec', 'cluster', 'name'));
  const held = arrayAt(database, 'metadata', 'finalizers').includes(FINALIZER);
  const settled = at(database, 'status', 'observedGeneration') === database.metadata.generation;
  if (!state) {
    if (held) withFinalizers(operator, database, (names) => names.filter((name) => name !== FINALIZER));
    else if (database.metadata.deletionTimestamp === undefined && at(database, 'status', 'applied') === true)
      answer(operator, database, 'cluster resource has been deleted, skipping reconciliation');
    return held || at(database, 'status', 'applied') === undefined ? RETRY : undefined;
  }
  const primary = state.pods.find((pod) => pod.metadata.name === primaryOf(state));
  if (!primary || !isReady(primary)) return RETRY;
  if (database.metadata.deletionTimestamp !== undefined) {
    if (held) withFinalizers(operator, database, (names) => names.filter((name) => name !== FINALIZER));
    return undefined;
  }
  if (!held) withFinalizers(operator, database, (names) => [...names, FINALIZER]);
  // Looked at again now and then, to see the Cluster go.
  if (settled) return RETRY;
  const problem = problemOf(operator, database, state.cluster);
  answer(operator, database, problem);
  return RETRY;
}

function problemOf(operator: Operator, database: Stored, cluster: Stored): string | undefined {
  const name = stringAt(database, 'spec', 'name');
  const owner = stringAt(database, 'spec', 'owner');
  const other = findAll(operator, CNPG, 'Database', String(database.metadata.namespace)).find(
    (one) =>
      one.metadata.name !== database.metadata.name &&
      stringAt(one, 'spec', 'name') === name &&
      stringAt(one, 'spec', 'cluster', 'name') === cluster.metadata.name &&
      at(one, 'status', 'observedGeneration') !== undefined,
  );
  if (other) return `reconciliation error: database "${name}" is already managed by object "${String(other.metadata.name)}"`;
  if (rolesOf(cluster).has(owner)) return undefined;
  return `while creating database "${name}": ERROR: role "${owner}" does not exist (SQLSTATE 42704)`;
}

/** Roles that a simulated Cluster has. */
function rolesOf(cluster: Stored): Set<string> {
  const bootstrap = objectAt(cluster, 'spec', 'bootstrap');
  const owners = ['initdb', 'recovery'].map((how) => stringAt(bootstrap, how, 'owner') || stringAt(bootstrap, how, 'database') || 'app');
  const managed = arrayAt(cluster, 'spec', 'managed', 'roles').map((role) => stringAt(role, 'name'));
  return new Set(['postgres', 'streaming_replica', ...owners, ...managed]);
}

function answer(operator: Operator, database: Stored, problem: string | undefined): void {
  changeStatus(operator, database, (status) =>
    Object.assign(status, {
      applied: problem === undefined,
      message: problem,
      // As the operator does: only what was applied has been observed.
      ...(problem === undefined && { observedGeneration: database.metadata.generation }),
    }),
  );
}

function withFinalizers(operator: Operator, database: Stored, by: (names: unknown[]) => unknown[]): void {
  change(operator, database, (next) => {
    const names = by(arrayAt(next, 'metadata', 'finalizers'));
    if (names.length > 0) next.metadata.finalizers = names;
    else delete next.metadata.finalizers;
  });
}
