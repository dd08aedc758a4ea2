/** Long work of all kinds, as one copy of the program does it: see `kind.ts` for what it is. */
import { randomUUID } from 'node:crypto';
import type { Json } from '@cellplane/plan';
import type { Database, Transaction } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';
import { carryOut, inputContext, LEASE_SECONDS } from './carry-out.js';
import type { WorkKind, WorkState } from './kind.js';
import { beginWork, cancelWork, type Claim, claimWork, selectWork, type WorkName, type WorkStatus } from './store.js';

/** Pieces of work that one copy claims in one sweep; another copy, or the next sweep, takes the rest. */
const AT_ONCE = 4;

export interface WorkDeps {
  db: Database;
  sealer: Sealer;
  log: Logger;
  /** Asked each time: rooms name their kinds when the house starts. */
  kinds: () => readonly WorkKind[];
}

export interface AskedWork extends WorkName {
  input: Json;
  /** A further try of work that failed: its tries are counted on, and its deadline stays. @default false */
  isRetry?: boolean;
  /** The work fails if it has not ended so many seconds from now. @default it has no deadline */
  deadlineSeconds?: number;
}

/** Work that this process has taken, from the claim on. */
export interface BegunWork {
  claim: Claim;
  sentAt: number;
}

export interface Work {
  /** How a piece of work is; undefined if nobody has asked for it. */
  status(db: Database, name: WorkName): Promise<WorkStatus | undefined>;
  /**
   * Asks for work and takes it for this process, in the caller's transaction. Undefined if another process holds it. After the commit,
   * give the answer to `perform`; the work of a process that dies before that is claimed by others.
   */
  begin(tx: Transaction, asked: AskedWork): Promise<BegunWork | undefined>;
  /** Does what was begun, in the background of this process. Resolves at the end of this try, however it ended; never rejects. */
  perform(begun: BegunWork): Promise<void>;
  /** Cancels work: what waits ends now, what runs is ended by its owner. Answers its state; undefined if nobody has asked for it. */
  cancel(name: WorkName): Promise<WorkState | undefined>;
  /** Claims work that is due, and work that dead processes have left. Does not wait for it. */
  sweep(): Promise<void>;
  /** Ends what this process works on and lets it go: another process claims it at once. */
  stop(): Promise<void>;
}

export function openWork(deps: WorkDeps): Work {
  const { db, log } = deps;
  const owner = randomUUID();
  const stopping = new AbortController();
  const running = new Map<string, { ended: Promise<void>; cancel: AbortController }>();
  const nameOf = ({ kind, key }: WorkName) => `${kind} ${key}`;
  const perform = ({ claim, sentAt }: BegunWork): Promise<void> => {
    const cancel = new AbortController();
    const ended = carryOut({ ...deps, stopping: stopping.signal }, kindOf(deps.kinds(), claim.kind), claim, sentAt, cancel.signal).catch(
      (error: unknown) => {
        // The lease runs out by itself, then the work is claimed again.
        log.warn({ work: claim.kind, error: messageOf(error) }, 'the end of a piece of work could not be recorded');
      },
    );
    const entry = { ended, cancel };
    running.set(nameOf(claim), entry);
    return ended.finally(() => {
      if (running.get(nameOf(claim)) === entry) running.delete(nameOf(claim));
    });
  };
  return {
    status: selectWork,
    begin: async (tx, { kind, key, input, isRetry = false, deadlineSeconds = null }) => {
      kindOf(deps.kinds(), kind);
      const sentAt = performance.now();
      const sealedInput = deps.sealer.seal(JSON.stringify(input), inputContext({ kind, key }));
      const claim = await beginWork(tx, { kind, key, sealedInput, owner, leaseSeconds: LEASE_SECONDS, isRetry, deadlineSeconds });
      return claim === undefined ? undefined : { claim, sentAt };
    },
    perform,
    cancel: async (name) => {
      const state = await cancelWork(db, name);
      if (state === 'running') running.get(nameOf(name))?.cancel.abort();
      return state;
    },
    sweep: async () => {
      if (stopping.signal.aborted) return;
      const sentAt = performance.now();
      const claims = await claimWork(db, {
        kinds: deps.kinds().map(({ name: kind }) => kind),
        owner,
        leaseSeconds: LEASE_SECONDS,
        atMost: AT_ONCE,
      });
      for (const claim of claims) void perform({ claim, sentAt });
    },
    stop: async () => {
      stopping.abort(new Error('the server is stopping'));
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

function kindOf(kinds: readonly WorkKind[], name: string): WorkKind {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(`this program knows no work of kind ${name}`);
  return kind;
}
