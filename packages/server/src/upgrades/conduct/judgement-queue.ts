/** Judgements that read cells, beside the conductor: a slow cell holds up the paths that it has instances of, and no others. */
import type { UpgradeDeps } from '../deps.js';
import { judge, type Judgement } from './judge.js';
import { orPutOff } from './put-off.js';

/** Paths that are judged at once. */
const AT_ONCE = 10;

export interface JudgementQueue {
  /** A path that is there already is there once. What a process that ends has not judged another one does. */
  add: (judgement: Judgement) => void;
  /** One turn over some of them. */
  work: () => Promise<void>;
}

export function judgementQueue(deps: UpgradeDeps): JudgementQueue {
  const waiting = new Map<string, Judgement>();
  return {
    add: (judgement) => waiting.set(judgement.id, judgement),
    work: async () => {
      const taken = [...waiting.values()].slice(0, AT_ONCE);
      for (const { id } of taken) waiting.delete(id);
      await Promise.all(taken.map((judgement) => orPutOff(deps, judgement.id, () => judge(deps, judgement))));
    },
  };
}
