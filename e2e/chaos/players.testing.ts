/** Customers who ask for everything at random, all at once, and remember what they were answered. */
import { operations } from '@cellplane/api';
import { offerPlan } from '../../bench/offer.js';
import type { Installation } from './installation.testing.js';
import { pick, type Random } from './random.testing.js';
import { smallPlan } from './small-plan.testing.js';

/** A request and what came of it. `unknown`: no answer came, or one that says nothing of whether it was accepted. */
export interface Asked {
  kind: string;
  /** Absent: a create or restore that nobody answered. */
  instance?: string;
  outcome: 'accepted' | 'refused' | 'unknown';
  status: number;
  /** What a refusal said. */
  message: string;
  /** The snapshot that was made or removed. */
  snapshot?: string;
  /** The size that a create or modify asked for. */
  size?: string;
  /** The run of a custom operation. */
  execution?: string;
  /** The upgrade path that was begun, or acted on. */
  path?: string;
}

export interface Plan {
  serviceId: string;
  environmentId: string;
  planId: string;
  resourceId: string;
  /** Path of a create. */
  createPath: string;
  /** With backups, scaling and failover. */
  whole: boolean;
}

/** Builds the small plan, and answers what requests name of it. */
export async function offerSmallPlan(installation: Installation, whole: boolean): Promise<Plan> {
  const [slot] = installation.slots;
  if (slot === undefined) throw new Error('no process');
  const offered = await offerPlan(installation.client(slot), smallPlan(whole));
  // Instances begin on the second version, and go to and fro.
  if (whole) await offerPlan(installation.client(slot), smallPlan(whole, 2));
  const where = offered.where('');
  let createPath: string = operations.createInstance.path.replace('/2022-09-01-00', '');
  for (const [name, value] of Object.entries(offered.params)) createPath = createPath.replace(`{${name}}`, encodeURIComponent(value));
  return {
    serviceId: where.serviceId,
    environmentId: where.environmentId,
    planId: offered.built.productTierID,
    resourceId: offered.resourceId,
    createPath,
    whole,
  };
}

interface Options {
  installation: Installation;
  plan: Plan;
  random: Random;
  /** Instances that live at the same time. */
  places: number;
  players: number;
  /** Longest pause of a player between two requests, milliseconds. */
  pauseMs: number;
}

export interface Players {
  asked: Asked[];
  /** What an upgrade path said of itself that cannot be, each a sentence. */
  contradictions: string[];
  /** Nobody asks any more. Resolves when the last answers are there. */
  stop(): Promise<void>;
}

interface Place {
  instance: string | undefined;
  snapshots: string[];
}

const ALWAYS = [
  [6, 'modify'],
  [1, 'bad modify'],
  [3, 'stop'],
  [4, 'start'],
  [2, 'restart'],
  [1.2, 'delete'],
] as const;
const WHOLE = [
  [4, 'backup'],
  [1, 'deleteBackup'],
  [0.7, 'restore'],
  [3, 'custom'],
  [1.5, 'addCapacity'],
  [1.5, 'removeCapacity'],
  [1, 'failover'],
  [3, 'upgrade'],
] as const;

/** Upgrade paths that are open at the same time. */
const MOST_PATHS = 2;
/** Together they are all instances of a path. */
const COUNTS = ['pendingCount', 'scheduledCount', 'inProgressCount', 'completedCount', 'failedCount', 'skippedCount'] as const;
/** What is done to a path that goes on, and to one that rests. */
const GOING = [
  [12, 'nothing'],
  [1, 'pause'],
  [0.5, 'cancel'],
  [2, 'skip-instances'],
] as const;
const PAUSED = [
  [4, 'resume'],
  [1, 'cancel'],
] as const;

export function startPlayers({ installation, plan, random, places, players, pauseMs }: Options): Players {
  const asked: Asked[] = [];
  const table: Place[] = Array.from({ length: places }, () => ({ instance: undefined, snapshots: [] }));
  const weights = plan.whole ? [...ALWAYS, ...WHOLE] : ALWAYS;
  let sizes = 0;
  const stopping = new AbortController();
  const base = `/fleet/service/${plan.serviceId}/environment/${plan.environmentId}`;

  async function ask(
    dice: Random,
    of: Pick<Asked, 'kind' | 'instance' | 'size' | 'snapshot' | 'path'>,
    method: string,
    path: string,
    body?: unknown,
  ) {
    const slots = installation.slots.filter((slot) => slot.server !== undefined);
    const slot = slots[dice.below(slots.length)];
    if (slot === undefined) throw new Error('no process has been started');
    const answer = await installation.call(slot, { method, path, ...(body === undefined ? {} : { body }) }).catch(() => undefined);
    const status = answer?.status ?? 0;
    // A refusal is a decision that was made from the rows; everything else leaves the question open.
    const outcome = status >= 200 && status < 300 ? 'accepted' : status >= 400 && status < 500 ? 'refused' : 'unknown';
    const entry: Asked = { ...of, outcome, status, message: outcome === 'accepted' ? '' : String(answer?.body['message'] ?? '') };
    asked.push(entry);
    return { entry, body: answer?.body ?? {} };
  }

  async function play(dice: Random): Promise<void> {
    const place = table[dice.below(places)];
    if (place === undefined) return;
    const { instance } = place;
    if (instance === undefined) {
      const size = `size-${++sizes}`;
      const { entry, body } = await ask(dice, { kind: 'create', size }, 'POST', plan.createPath, { requestParams: { size } });
      if (entry.outcome === 'accepted') {
        entry.instance = String(body['id']);
        place.instance = entry.instance;
        place.snapshots = [];
      }
      return;
    }
    const kind = pick<string>(dice, weights);
    const at = `${base}/instance/${instance}`;
    const { resourceId } = plan;
    switch (kind) {
      case 'modify':
      case 'bad modify': {
        const size = `${kind === 'modify' ? 'size' : 'bad'}-${++sizes}`;
        await ask(dice, { kind: 'modify', instance, size }, 'PATCH', at, { resourceId, requestParams: { size } });
        return;
      }
      case 'delete': {
        const { entry } = await ask(dice, { kind, instance }, 'DELETE', at, { resourceId });
        if (entry.outcome === 'accepted') place.instance = undefined;
        return;
      }
      case 'backup': {
        const { entry, body } = await ask(dice, { kind, instance }, 'POST', `${at}/snapshot`, {});
        if (entry.outcome !== 'accepted') return;
        entry.snapshot = String(body['snapshotId']);
        place.snapshots.push(entry.snapshot);
        return;
      }
      case 'deleteBackup': {
        const snapshot = place.snapshots[dice.below(place.snapshots.length)];
        if (snapshot !== undefined) await ask(dice, { kind, instance, snapshot }, 'DELETE', `${base}/snapshot/${snapshot}`);
        return;
      }
      case 'restore': {
        const snapshot = place.snapshots[dice.below(place.snapshots.length)];
        const free = table.find((one) => one.instance === undefined);
        if (snapshot === undefined || free === undefined) return;
        const { entry, body } = await ask(dice, { kind, snapshot }, 'POST', `${base}/snapshot/${snapshot}/restore`, {});
        if (entry.outcome !== 'accepted') return;
        // The one that was made; the answer's id is the new instance's.
        entry.instance = String(body['id']);
        if (free.instance === undefined) {
          free.instance = entry.instance;
          free.snapshots = [];
        }
        return;
      }
      case 'custom': {
        const path = `${base}/resource-instance/${instance}/workflow/repair`;
        const { entry, body } = await ask(dice, { kind, instance }, 'POST', path, { resourceId, requestParams: { reason: 'by chance' } });
        if (entry.outcome === 'accepted') entry.execution = String(body['executionId']);
        return;
      }
      case 'upgrade': {
        const body = { resourceId: '', targetTierVersion: dice.chance(0.5) ? '1.0' : '2.0' };
        await ask(dice, { kind, instance }, 'PATCH', `${at}/patch`, body);
        return;
      }
      case 'addCapacity':
        await ask(dice, { kind, instance }, 'POST', `${at}/add-capacity`, { resourceId, capacityToBeAdded: 1 + dice.below(2) });
        return;
      case 'removeCapacity':
        await ask(dice, { kind, instance }, 'POST', `${at}/remove-capacity`, { resourceId, capacityToBeRemoved: 1 });
        return;
      case 'failover':
        await ask(dice, { kind, instance }, 'POST', `${at}/failover`, { failedReplicaID: 'box-1', failedReplicaAction: 'FAILOVER_ONLY' });
        return;
      default:
        await ask(dice, { kind, instance }, 'POST', `${at}/${kind}`, { resourceId });
    }
  }

  const paths = `/fleet/service/${plan.serviceId}/productTier/${plan.planId}/upgrade-path`;
  const open: string[] = [];
  const contradictions: string[] = [];

  /** The provider, who carries all instances to the other version, and changes her mind. */
  async function steer(dice: Random): Promise<void> {
    const path = open[dice.below(open.length)];
    if (path === undefined || (open.length < MOST_PATHS && dice.chance(0.2))) {
      const [sourceVersion, targetVersion] = dice.chance(0.5) ? ['1.0', '2.0'] : ['2.0', '1.0'];
      const { entry, body } = await ask(dice, { kind: 'path' }, 'POST', paths, {
        sourceVersion,
        targetVersion,
        upgradeFilters: {},
        maxConcurrentUpgrades: 1 + dice.below(5),
        strategy: {
          ...(dice.chance(0.5) ? { canary: 1, waves: ['50%'], soakSeconds: dice.below(3) } : {}),
          ...(dice.chance(0.5) ? { haltAtFailurePercent: 100 } : {}),
        },
      });
      if (entry.outcome !== 'accepted') return;
      entry.path = String(body['upgradePathId']);
      open.push(entry.path);
      return;
    }
    const { entry, body } = await ask(dice, { kind: 'look at path', path }, 'GET', `${paths}/${path}`);
    if (entry.outcome !== 'accepted') return;
    const sum = COUNTS.reduce((all, name) => all + Number(body[name]), 0);
    if (sum !== Number(body['totalCount'])) contradictions.push(`${path} has ${String(body['totalCount'])} instances and tells of ${sum}`);
    if (['COMPLETE', 'FAILED', 'CANCELLED'].includes(String(body['status']))) {
      open.splice(open.indexOf(path), 1);
      return;
    }
    const action = body['status'] === 'PAUSED' ? pick<string>(dice, PAUSED) : pick<string>(dice, GOING);
    const left = table[dice.below(places)]?.instance;
    if (action === 'nothing' || (action === 'skip-instances' && left === undefined)) return;
    await ask(dice, { kind: `${action} path`, path }, 'POST', `${paths}/${path}/manage-lifecycle`, {
      action,
      ...(action === 'skip-instances' ? { actionPayload: { 'resource-ids': left } } : {}),
    });
  }

  const loop = async (turn: (dice: Random) => Promise<void>) => {
    const dice = random.fork();
    while (!stopping.signal.aborted) {
      await turn(dice);
      await new Promise((resolve) => setTimeout(resolve, dice.next() * pauseMs));
    }
  };
  const loops = [...Array.from({ length: players }, () => loop(play)), ...(plan.whole ? [loop(steer)] : [])];
  return {
    asked,
    contradictions,
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}
