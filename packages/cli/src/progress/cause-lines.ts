/** Why something waits or has failed, for people: cause, object, the operator's words, what to do. Pure. */
import type { Breakpoint, Cause } from '@cellplane/api';

export interface CauseLine {
  /** The same while the cause is: counts, times and names of pods come and go. */
  same: string;
  text: string;
}

interface Told {
  explanation?: string | undefined;
  causes?: readonly Cause[] | undefined;
}

/** The root cause and its cure; with `verbose` every cause, and what others say of it. */
export function causeLines({ explanation, causes = [] }: Told, verbose = false): CauseLine[] {
  if (causes.length === 0) return explanation === undefined ? [] : [{ same: explanation, text: explanation }];
  const shown = verbose ? causes : causes.slice(0, 1);
  const rest = causes.length + (causes[0]?.more.length ?? 0) - 1;
  return [
    ...shown.flatMap((cause): CauseLine[] => [
      { same: `cause ${cause.code}`, text: sentence(cause) },
      ...(cause.cure === '' ? [] : [{ same: `cure ${cause.code}`, text: `→ ${cause.cure}` }]),
      ...(verbose ? cause.more.map((text, index) => ({ same: `more ${cause.code} ${index}`, text: `· ${text}` })) : []),
    ]),
    ...(verbose || rest === 0 || causes[0]?.cure === '' ? [] : [{ same: 'rest', text: `(${rest} more of this with --verbose)` }]),
  ];
}

/** `pod db-1, container main: the image cannot be pulled: "x:1": not found`. */
export function sentence({ cause, words }: Cause): string {
  return words === '' ? cause : `${cause}: ${words}`;
}

/** What holds a paused run: breakpoints, else a person. */
export function pauseText(breakpoints: readonly Breakpoint[]): string {
  const hits = breakpoints.filter((breakpoint) => breakpoint.status === 'Hit');
  if (hits.length === 0) return 'paused: no new task begins';
  return `held before ${hits.map((hit) => hit.place ?? hit.id).join(' and ')} by a breakpoint`;
}
