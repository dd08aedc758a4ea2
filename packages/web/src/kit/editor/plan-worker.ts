/** The plan language in a thread of its own, so that typing never waits for it. Answers each message with what the named function returns. */
import { methods, type PlanMethods } from './plan-methods';

/** A question to the worker. */
export interface Question {
  id: number;
  method: keyof PlanMethods;
  input: unknown[];
}

/** Its answer. */
export type Answer = { id: number; value: unknown } | { id: number; error: string };

self.addEventListener('message', ({ data: { id, method, input } }: MessageEvent<Question>) => {
  try {
    const value = (methods[method] as (...input: unknown[]) => unknown)(...input);
    tell({ id, value });
  } catch (error) {
    tell({ id, error: error instanceof Error ? error.message : String(error) });
  }
});

/** To whoever has made the worker; there is no other origin that it could be. */
function tell(answer: Answer): void {
  self.postMessage(answer, {});
}
