/** What to do about a PostgreSQL in a certain state. Nothing here looks or acts. */
import type { AnswerKind } from './answer.js';

/** What is known of the PostgreSQL of a data folder. */
export interface Sight {
  answer: AnswerKind;
  /** Its postmaster runs on this machine. */
  lives: boolean;
  status: PostmasterStatus;
  /** A server other than this one has the folder, and looks after it. */
  othersHold: boolean;
  /** For so many milliseconds the answer has been this. */
  forMs: number;
}

/** What the postmaster has written of itself into its file; `early`: nothing yet; `unwritten`: there is no such file. */
export type PostmasterStatus = 'unwritten' | 'early' | 'starting' | 'ready' | 'stopping' | 'standby';

/**
 * `use`: it works. `wait`: it is on its way. `wake`: it may have been stopped like a job of a shell; let it go on. `end`: it will not
 * work any more, and has to go. `launch`: there is none.
 */
export type NextStep = 'use' | 'wait' | 'wake' | 'end' | 'launch';

/** So long a postmaster may be without an answer before it is ended, where it is not known that it will never give one. Milliseconds. */
export const GRACE = {
  /** It listens, and says nothing. */
  silent: 15_000,
  /** It says that it shuts down: alone, it would wait for sessions that stay. */
  ending: 500,
  /** Its socket is gone though it has said that it is ready, or that it goes. */
  closed: 500,
  /** It has no file, which is the first thing that one makes. */
  unwritten: 3_000,
  /** It is about to make its socket. */
  early: 30_000,
} as const;

export function nextStep({ answer, lives, status, othersHold, forMs }: Sight): NextStep {
  if (answer === 'answers') return 'use';
  if (!lives) return answer === 'closed' && !othersHold ? 'launch' : 'wait';
  // The one that looks after it does what has to be done.
  if (othersHold) return 'wait';
  switch (answer) {
    case 'ending':
      return forMs >= GRACE.ending ? 'end' : 'wait';
    case 'closed':
      return forMs >= graceOfClosed(status) ? 'end' : 'wait';
    case 'silent':
      return forMs >= GRACE.silent ? 'end' : 'wake';
    default:
      return 'wait';
  }
}

function graceOfClosed(status: PostmasterStatus): number {
  if (status === 'unwritten') return GRACE.unwritten;
  return status === 'early' || status === 'starting' ? GRACE.early : GRACE.closed;
}
