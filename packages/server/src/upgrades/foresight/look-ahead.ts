/** What a change of one instance would do to its objects, as the room of differences foresees it. */
export type LookAhead = (input: { instanceId: string; targetVersion: string; parameters: unknown }) => Promise<ForeseenChange>;

export interface ForeseenChange {
  objects: { action: 'create' | 'change' | 'delete' | 'unchanged' | 'unknown'; restarts: boolean; refused?: string }[];
}

/** So many instances are looked at: each look asks its cell about every object. */
const LOOKED_AT = 20;
const AT_ONCE = 4;

/** Of these, so many, evenly spread over their order: the first and the last are among them. */
export function spread<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, n) => all[Math.round((n * (all.length - 1)) / (most - 1))]).filter((one) => one !== undefined);
}

export interface ForeseenChanges {
  lookedAt: number;
  complete: boolean;
  created: number;
  changed: number;
  deleted: number;
  unknown: number;
  refused: number;
  restarts: number;
  instancesThatRestart: number;
  notes: string[];
}

/** Sums up what would change of some of the instances. One that cannot be looked at is told of, and the others are. */
export async function lookAtSome(
  ids: readonly string[],
  look: ((instanceId: string) => Promise<ForeseenChange>) | undefined,
): Promise<ForeseenChanges> {
  const sum: ForeseenChanges = {
    lookedAt: 0,
    complete: false,
    created: 0,
    changed: 0,
    deleted: 0,
    unknown: 0,
    refused: 0,
    restarts: 0,
    instancesThatRestart: 0,
    notes: [],
  };
  if (look === undefined) return { ...sum, notes: ['What would change could not be looked at here.'] };
  const chosen = spread(ids, LOOKED_AT);
  for (let at = 0; at < chosen.length; at += AT_ONCE) {
    const looks = await Promise.allSettled(chosen.slice(at, at + AT_ONCE).map((id) => look(id)));
    looks.forEach((one, n) => {
      if (one.status === 'fulfilled') add(sum, one.value);
      else sum.notes.push(`${chosen[at + n] ?? ''}: ${one.reason instanceof Error ? one.reason.message : String(one.reason)}`);
    });
  }
  return { ...sum, complete: sum.lookedAt === ids.length };
}

function add(sum: ForeseenChanges, { objects }: ForeseenChange): void {
  const count = (action: string) => objects.filter((object) => object.action === action).length;
  const restarts = objects.filter((object) => object.restarts).length;
  sum.lookedAt += 1;
  sum.created += count('create');
  sum.changed += count('change');
  sum.deleted += count('delete');
  sum.unknown += count('unknown');
  sum.refused += objects.filter((object) => object.refused !== undefined).length;
  sum.restarts += restarts;
  if (restarts > 0) sum.instancesThatRestart += 1;
}
