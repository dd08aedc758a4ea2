/** Instances of a plan with two versions, as rows alone: their upgrades begin as operations, and end when the test says how. */
import { randomBytes } from 'node:crypto';
import type { Caller } from '@cellplane/api';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { planPlace, resourceIdsOf } from '../catalog/catalog.js';
import { openCells } from '../cells/cell.js';
import { useSimulatedCell } from '../cells/default-cell.js';
import { type Database, sql, transaction } from '../database/database.js';
import { invalidState } from '../errors.js';
import { newId, newLowerCaseId } from '../identity/identifier.js';
import { insertInstance, selectInstance } from '../instances/store.js';
import { updateStatus } from '../instances/status-store.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { finishOperation, insertOperation } from '../lifecycle/store.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { defaultSubscription } from '../subscriptions/subscription.js';
import { createPath, type PathRequest } from './create-path.js';
import { conduct } from './conduct/conductor.js';
import { noteEnd } from './conduct/note-end.js';
import type { UpgradeDeps } from './deps.js';
import type { PathAction } from './upgrade-path.js';
import { managePath } from './manage-path.js';
import { selectPath } from './path-store.js';
import { pathsOnWire, type WirePath } from './wire.js';

type Ending = 'succeeded' | 'failed' | 'cancelled';

export interface Fleet {
  deps: UpgradeDeps;
  caller: Caller;
  /** What a path is of. */
  plan: { serviceId: string; planId: string };
  /** Adds running instances of version 1.0; answers their ids. */
  add(count: number): Promise<string[]>;
  /** Instances whose upgrade cannot begin, and why. */
  refusals: Map<string, string>;
  /** Ids of instances whose upgrade goes on, in the order in which they began. */
  running(): Promise<string[]>;
  /** Ends the upgrade of the instance. */
  end(instanceId: string, how: Ending): Promise<void>;
  create(request?: Partial<PathRequest>): Promise<string>;
  /** One turn of the conductor. */
  turn(): Promise<void>;
  manage(id: string, action: PathAction, payload?: Record<string, unknown>): Promise<void>;
  path(id: string): Promise<WirePath>;
  /** Status and reason by instance. */
  upgrades(id: string): Promise<Map<string, { status: string; reason: string; wave: number }>>;
}

/** `more`: further members of the plan's only service, as YAML. */
export async function openFleet(db: Database, more = ''): Promise<Fleet> {
  const sealer = createSealer(randomBytes(32));
  const { caller, handlers } = await testCatalog(db);
  const build = (image: string) =>
    handlers.buildServicePlanSpec({
      params: {},
      query: {},
      body: {
        name: `Service of ${caller.orgId}`,
        environment: 'Dev',
        environmentType: 'DEV',
        fileContent: base64(testSpec({ image }) + more),
        dryrun: false,
        release: true,
        releaseAsPreferred: true,
      },
      caller,
    });
  const { productTierID: planId } = await build('one');
  await build('two');
  await build('three');
  const place = await planPlace(db, caller.orgId, planId);
  const [[resourceKey, resourceId] = ['', '']] = Object.entries(await resourceIdsOf(db, planId));
  const subscription = await transaction(db, (tx) => defaultSubscription(tx, { place, userId: caller.userId }));
  const refusals = new Map<string, string>();
  const cell = await useSimulatedCell({ db, sealer, log: silentLogger }, { access: { server: 'http://127.0.0.1:1' }, folder: '/nowhere' });
  const cells = openCells({ db, sealer, log: silentLogger });
  const instances = { db, sealer, log: silentLogger, cells, wake: () => undefined } as unknown as InstanceDeps;
  const deps: UpgradeDeps = {
    instances,
    one: {
      async begin(tx, { instance, target, by, data }) {
        const refusal = refusals.get(instance.id);
        if (refusal !== undefined) throw invalidState('refused', refusal);
        const [operationId, runId] = [newId('op'), newId('run')];
        await insertOperation(tx, {
          id: operationId,
          instanceId: instance.id,
          kind: 'upgrade',
          status: 'running',
          runId,
          requestedBy: by,
          skipFinalSnapshot: false,
          skipSnapshotCleanup: false,
          step: { verb: 'modify', resourceKey },
          nextSteps: [],
          sealedInput: null,
          data: { ...data, target },
          requested: null,
          previous: null,
        });
        await updateStatus(tx, instance.id, 'DEPLOYING', '');
        return { operationId, runId };
      },
      check: async (_, { id }) => (refusals.has(id) ? [{ code: 'refused', message: refusals.get(id) ?? '' }] : []),
      rollBack: () => Promise.reject(invalidState('rollback-not-declared', 'The plan does not declare that it may be taken back.')),
    },
  };
  const running = async () => {
    const { rows } = await sql<{ id: string }>`
      select instance_id as id from operations where status = 'running' and kind = 'upgrade' order by created_at, id`.execute(db);
    return rows.map(({ id }) => id);
  };
  return {
    deps,
    caller,
    plan: { serviceId: place.serviceId, planId },
    refusals,
    running,
    add: async (count) => {
      const ids = Array.from({ length: count }, () => newLowerCaseId('instance'));
      await transaction(db, async (tx) => {
        for (const id of ids) {
          await insertInstance(tx, {
            id,
            providerOrgId: caller.orgId,
            orgId: caller.orgId,
            subscriptionId: subscription.id,
            serviceId: place.serviceId,
            environmentId: place.environmentId,
            environmentType: 'DEV',
            planId,
            planVersion: '1.0',
            resourceId,
            resourceKey,
            cellId: cell.id,
            cloudProvider: 'aws',
            region: 'us-east-1',
            networkType: 'PUBLIC',
            namespace: id,
            status: 'RUNNING',
            parameters: {},
            launchParameters: {},
            sealedParameters: Buffer.from(''),
            warnings: [],
            tags: [],
            sealedSeed: Buffer.from(''),
            deletionProtection: false,
            createdBy: caller.userId,
          });
        }
      });
      return ids;
    },
    end: async (instanceId, how) => {
      await transaction(db, async (tx) => {
        const { rows } = await sql<{ id: string; target: string }>`
          select id, data->>'target' as target from operations where instance_id = ${instanceId} and status = 'running' for update`.execute(
          tx,
        );
        const [open] = rows;
        if (open === undefined) throw new Error(`no upgrade of ${instanceId} goes on`);
        await finishOperation(
          tx,
          { id: open.id, instanceId, kind: 'upgrade', data: {} },
          { status: how, message: how === 'succeeded' ? '' : `it ${how}`, code: '' },
        );
        if (how === 'succeeded') await sql`update instances set plan_version = ${open.target} where id = ${instanceId}`.execute(tx);
        await updateStatus(tx, instanceId, how === 'succeeded' ? 'RUNNING' : 'FAILED', '');
        await noteEnd(tx, { run: { data: { operationId: open.id, step: { planVersion: '2.0' } } } } as unknown as Parameters<
          typeof noteEnd
        >[1]);
      });
    },
    create: (request = {}) =>
      createPath(
        deps,
        caller,
        { serviceId: place.serviceId, planId },
        { sourceVersion: '1.0', targetVersion: '2.0', upgradeFilters: {}, ...request },
      ),
    turn: () => conduct(deps),
    manage: (id, action, payload = {}) => managePath(deps, caller, { serviceId: place.serviceId, planId, id }, { action, payload }),
    path: async (id) => {
      const row = await selectPath(db, caller, { id });
      const [wire] = row === undefined ? [] : await pathsOnWire(db, [row]);
      if (wire === undefined) throw new Error(`no path ${id}`);
      return wire;
    },
    upgrades: async (id) => {
      const { rows } = await sql<{ id: string; status: string; reason: string; wave: number }>`
        select instance_id as id, status, reason, wave from instance_upgrades where path_id = ${id} order by position`.execute(db);
      return new Map(rows.map(({ id: instanceId, ...row }) => [instanceId, row]));
    },
  };
}

/** The instance as its row has it. */
export async function instanceOf({ deps }: Fleet, id: string) {
  const row = await selectInstance(deps.instances.db, id);
  if (row === undefined) throw new Error(`no instance ${id}`);
  return row;
}
