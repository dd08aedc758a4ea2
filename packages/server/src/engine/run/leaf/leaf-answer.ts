import type { KubernetesObject } from '@cellplane/kubernetes';

/** What a leaf's attempt at its object came to; `untouched`: it is known that it changed nothing in the cell. */
export type LeafAnswer = LeafOutcome & { untouched?: true };

type LeafOutcome =
  | {
      kind: 'written';
      object: KubernetesObject;
      /** The object before the write: null if there was none, undefined if it was not read. */
      before: KubernetesObject | null | undefined;
      /** The object carries our label, so one watch for all sees it; else it is watched by name. */
      labelled: boolean;
      /** Fields taken from other managers, in the API server's words. */
      taken: string[];
      /** Paths of the manifest that the object does not hold as sent. */
      drift: string[];
      /** It took the place of one that was there before and had gone: this was asked for. */
      recreated?: true;
    }
  /** A delete is done: 404, or another uid. */
  | { kind: 'gone' }
  /** A delete was accepted; the object lives on with its finalizers. */
  | { kind: 'going'; object: KubernetesObject; labelled: boolean }
  /** Not now: a named wait. Nothing was changed, or it is not known; the next attempt reads first. */
  | { kind: 'later'; code: string; message: string; afterMs?: number }
  /** Never: in the API server's own words where it spoke. */
  | { kind: 'failed'; code: string; message: string };

/** Ends an attempt from anywhere inside it. */
export class LeafStop extends Error {
  override readonly name = 'LeafStop';
  constructor(readonly answer: LeafAnswer) {
    super(answer.kind);
  }
}

/** "Not now", thrown. */
export function later(code: string, message: string, afterMs?: number): LeafStop {
  return new LeafStop({ kind: 'later', code, message, ...(afterMs === undefined ? {} : { afterMs }) });
}

/** "Never", thrown. */
export function never(code: string, message: string): LeafStop {
  return new LeafStop({ kind: 'failed', code, message });
}
