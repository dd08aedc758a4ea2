/** Asks anew for what has changed and is shown. A thing that changes all the time is asked for again only when the last answer has come. */
import type { Change, Noun } from '@cellplane/api/client';

/** First elements of the keys of queries that show things of a noun. */
export const KEYS_OF: Record<Noun, readonly string[]> = {
  instances: ['instances', 'fleet', 'audit', 'usage'],
  runs: ['runs', 'operations', 'fleet', 'audit'],
  snapshots: ['snapshots', 'audit'],
  subscriptions: ['subscriptions', 'budgets', 'usage', 'requests', 'catalogue', 'customers', 'audit'],
  people: ['people', 'members', 'invitations', 'customers', 'audit'],
  plans: ['services', 'plans', 'catalogue', 'offering'],
  upgrades: ['upgrades', 'fleet'],
  cells: ['cells', 'fleet'],
  channels: ['channels', 'notifications'],
  secrets: ['secrets'],
};

/** Changes of so long are answered together. Milliseconds. */
const GATHER_MS = 120;
/** Between two answers about the same. Milliseconds. */
const APART_MS = 600;

export interface RefreshDeps {
  /** Asks anew for the queries whose key begins so; resolves when the answers have come. */
  invalidate: (key: string) => Promise<unknown>;
  gatherMs?: number;
  apartMs?: number;
}

/** One lane for each key: it is asked for at once, then after a while if there was more meanwhile. */
export function openRefresh({ invalidate, gatherMs = GATHER_MS, apartMs = APART_MS }: RefreshDeps): (change: Pick<Change, 'noun'>) => void {
  const lanes = new Map<string, { isStale: boolean }>();
  async function drain(key: string, lane: { isStale: boolean }): Promise<void> {
    await rest(gatherMs);
    while (lane.isStale) {
      lane.isStale = false;
      // What cannot be loaded is shown as such by the page that asked.
      await invalidate(key).catch(() => undefined);
      await rest(apartMs);
    }
    lanes.delete(key);
  }
  return ({ noun }) => {
    for (const key of KEYS_OF[noun] ?? []) {
      const lane = lanes.get(key);
      if (lane !== undefined) lane.isStale = true;
      else {
        const fresh = { isStale: true };
        lanes.set(key, fresh);
        void drain(key, fresh);
      }
    }
  };
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
