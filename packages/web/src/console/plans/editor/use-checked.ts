/** What the checker says of the text, a moment after the last key. */
import type { CompiledPlan } from '@cellplane/plan';
import { useEffect, useRef, useState } from 'react';
import { planLanguage } from '../../../kit/editor/plan-language';
import type { Checked } from '../../../kit/editor/plan-methods';

/** Time without a key after which the text is checked. Milliseconds. */
const PAUSE_MS = 150;

export interface CheckedText {
  /** Undefined until the first answer. */
  checked: Checked | undefined;
  /** The text that the answer is about. */
  text: string;
  /** Of the last text without errors. */
  plan: CompiledPlan | undefined;
  /** The plan language could not answer. */
  failure: Error | undefined;
}

export function useChecked(text: string): CheckedText {
  const [state, setState] = useState<CheckedText>({ checked: undefined, text: '', plan: undefined, failure: undefined });
  const newest = useRef(text);
  newest.current = text;
  const isThinking = useRef(false);
  useEffect(() => {
    // One check at a time: of a large text that is typed in, only the newest state is worth one.
    const check = async () => {
      if (isThinking.current) return;
      isThinking.current = true;
      for (let asked: string | undefined; asked !== newest.current; ) {
        asked = newest.current;
        const now = asked;
        await planLanguage('build', now).then(
          (checked) => setState(({ plan }) => ({ checked, text: now, plan: checked.plan ?? plan, failure: undefined })),
          (failure: Error) => setState((before) => ({ ...before, text: now, failure })),
        );
      }
      isThinking.current = false;
    };
    const timer = setTimeout(() => void check(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return state;
}
