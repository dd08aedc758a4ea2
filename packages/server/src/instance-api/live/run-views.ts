/**
 * Runs as live displays see them. The rows are read each time; what Pods and Events of the cell say of a wait is asked for at
 * most every 2 s for each run, however many clients follow it, and the last words stay while the wait lasts.
 */
import type { Cause } from '@cellplane/plan';
import { describeRun } from '../../engine/describe-run.js';
import type { RunDescription, WaitingFor } from '../../engine/model.js';
import type { InstanceDeps } from '../../lifecycle/run-context.js';

export interface RunViews {
  /** A run with the newest words about what it waits for; undefined if there is no such run. */
  describe(runId: string): Promise<RunDescription | undefined>;
}

/** How often a cell is asked about the same run. Milliseconds. */
const ASK_EVERY_MS = 2_000;
/** Words that nobody has asked for in so long are forgotten. Milliseconds. */
const FORGET_AFTER_MS = 60_000;

interface Words {
  /** What is waited for: words about something else are of no use. */
  of: string;
  askedAt: number;
  text?: string;
  causes?: Cause[];
  asking: Promise<void>;
}

/** Shared by all who read runs in this process. `now` in milliseconds, never going back. */
export function openRunViews(deps: Pick<InstanceDeps, 'db' | 'sealer' | 'cells'>, now: () => number = () => performance.now()): RunViews {
  const known = new Map<string, Words>();

  function ask(runId: string, of: string, before: Words | undefined): Words {
    for (const [id, words] of known) if (now() - words.askedAt > FORGET_AFTER_MS) known.delete(id);
    const words: Words = { of, askedAt: now(), asking: Promise.resolve() };
    if (before?.of === of) Object.assign(words, wordsOf(before));
    words.asking = describeRun(deps, runId).then(
      (run) => {
        const wait = run?.waitingFor;
        if (wait?.explanation === undefined || nameOf(wait) !== of) return;
        if (wait.isPartlyExplained !== true || words.text === undefined)
          Object.assign(words, wordsOf({ text: wait.explanation, causes: wait.causes }));
      },
      // The rows are read again by the next request; until then the last words stay.
      () => undefined,
    );
    known.set(runId, words);
    return words;
  }

  return {
    describe: async (runId) => {
      const run = await describeRun({ db: deps.db, sealer: deps.sealer }, runId);
      const wait = run?.waitingFor;
      if (wait?.object === undefined) {
        known.delete(runId);
        return run;
      }
      const of = nameOf(wait);
      const last = known.get(runId);
      const words = last !== undefined && last.of === of && now() - last.askedAt < ASK_EVERY_MS ? last : ask(runId, of, last);
      // Only who has nothing to show yet waits for the cell.
      if (words.text === undefined) await words.asking;
      // The task that waits shares this object, so both are explained.
      if (words.text !== undefined) wait.explanation = words.text;
      if (words.causes !== undefined) wait.causes = words.causes;
      return run;
    },
  };
}

/** What was said, without what was not. */
function wordsOf({ text, causes }: { text?: string | undefined; causes?: Cause[] | undefined }): Pick<Words, 'text' | 'causes'> {
  return { ...(text === undefined ? {} : { text }), ...(causes === undefined ? {} : { causes }) };
}

function nameOf(wait: WaitingFor | undefined): string {
  return `${wait?.object?.kind ?? ''} ${wait?.object?.name ?? ''}`;
}
