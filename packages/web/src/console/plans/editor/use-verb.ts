/** The workflow that the cursor stands in. It stays while the cursor is elsewhere. */
import { useEffect, useState } from 'react';
import type { Spot } from '../../../kit/editor/language/place';
import { planLanguage } from '../../../kit/editor/plan-language';

/** Time without a movement after which it is asked. Milliseconds. */
const PAUSE_MS = 150;

export interface VerbAt {
  /** The name of a resource. */
  resource: string;
  verb: string;
}

export function useVerbAt(text: string, { line, column }: Spot): VerbAt | undefined {
  const [at, setAt] = useState<VerbAt>();
  useEffect(() => {
    let isLast = true;
    const timer = setTimeout(() => {
      planLanguage('workflowAt', text, { line, column }).then(
        (found) =>
          isLast &&
          found !== undefined &&
          setAt((before) => (before?.resource === found.resource && before.verb === found.verb ? before : found)),
        // The check of the same text has told it already.
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      isLast = false;
      clearTimeout(timer);
    };
  }, [text, line, column]);
  return at;
}
