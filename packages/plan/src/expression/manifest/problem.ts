/** Why a manifest can't be rendered. Never quotes a value. */
export interface ManifestProblem {
  code:
    | 'manifest-syntax'
    | 'manifest-shape'
    | 'manifest-key'
    | 'manifest-tag'
    | 'several-objects'
    | 'reserved-name'
    | 'manifest-size'
    | 'duplicate-key'
    | 'tainted-identifier';
  /** 1-based line in the manifest as written; a line of threaded text counts as the line of its placeholder. 0 if it has none. */
  line: number;
  message: string;
  cure: string;
}

/** A problem on its way out of a recursion over a manifest; `renderManifest` and `inspectManifest` turn it into a value. */
export class ManifestRefusal extends Error {
  constructor(
    readonly code: ManifestProblem['code'],
    /** Offset in the tokenised text, if known. */
    readonly offset: number | undefined,
    message: string,
    readonly cure: string,
  ) {
    super(message);
  }
}
