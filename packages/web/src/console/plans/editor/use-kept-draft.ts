/** Keeps what is typed in this browser: a moment after the last key, and when the page is left. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Draft, keepDraft } from './draft';

/** Time without a key after which the draft is written: a large one takes some. Milliseconds. */
const PAUSE_MS = 300;

interface KeptDraft {
  /** ISO; undefined: nothing is kept. */
  keptAt: string | undefined;
  /** This browser has no room for it. */
  hasNoRoom: boolean;
  /** Throws it away, and keeps nothing more of this text. */
  drop: () => void;
}

export function useKeptDraft(
  at: string,
  draft: Draft | undefined,
  text: string,
  base: { text: string; version: string } | undefined,
): KeptDraft {
  const [keptAt, setKeptAt] = useState(draft?.at);
  const [hasNoRoom, setNoRoom] = useState(false);
  /** The text that is not written yet. */
  const open = useRef<string>(undefined);
  const isDropped = useRef(false);
  const version = base?.version;
  const write = useCallback(() => {
    const typed = open.current;
    if (typed === undefined || isDropped.current) return;
    open.current = undefined;
    const now = new Date().toISOString();
    const isKept = keepDraft(localStorage, at, { text: typed, at: now, ...(version === undefined ? {} : { base: version }) });
    setNoRoom(!isKept);
    if (isKept) setKeptAt(now);
  }, [at, version]);
  const isUntouched = draft === undefined ? text === base?.text : text === draft.text;
  useEffect(() => {
    // Only what is typed makes a draft.
    if (isUntouched && open.current === undefined && keptAt === draft?.at) return;
    open.current = text;
    const timer = setTimeout(write, PAUSE_MS);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  useEffect(() => {
    window.addEventListener('pagehide', write);
    return () => {
      window.removeEventListener('pagehide', write);
      write();
    };
  }, [write]);
  const drop = () => {
    isDropped.current = true;
    localStorage.removeItem(at);
  };
  return { keptAt, hasNoRoom, drop };
}
