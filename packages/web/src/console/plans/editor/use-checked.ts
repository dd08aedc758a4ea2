/** What the checker says of the text, a moment after the last key. */
import type { CompiledPlan } from '@cellplane/plan';
import { useEffect, useState } from 'react';
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
  useEffect(() => {
    let isLast = true;
    const timer = setTimeout(() => {
      planLanguage('build', text).then(
        (checked) => isLast && setState(({ plan }) => ({ checked, text, plan: checked.plan ?? plan, failure: undefined })),
        (failure: Error) => isLast && setState((before) => ({ ...before, failure })),
      );
    }, PAUSE_MS);
    return () => {
      isLast = false;
      clearTimeout(timer);
    };
  }, [text]);
  return state;
}
