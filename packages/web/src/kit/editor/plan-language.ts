/** The plan language for pages: questions to the one worker of this tab, which starts with the first of them. */
import type { Answer, Question } from './plan-worker';
import type { PlanMethods } from './plan-methods';

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** A question that takes longer ends the worker: the next one gets a new one. Milliseconds. */
const PATIENCE_MS = 20_000;

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, Waiting>();

/** Calls a function of the plan language. Rejects where it throws, or takes too long. */
export async function planLanguage<Name extends keyof PlanMethods>(
  method: Name,
  ...input: Parameters<PlanMethods[Name]>
): Promise<ReturnType<PlanMethods[Name]>> {
  const id = ++last;
  const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
  const timer = setTimeout(() => giveUp(new Error('The plan takes too long to think about: make it smaller.')), PATIENCE_MS);
  begin().postMessage({ id, method, input } satisfies Question, {});
  return answer.finally(() => clearTimeout(timer)) as Promise<ReturnType<PlanMethods[Name]>>;
}

function begin(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL('./plan-worker.ts', import.meta.url), { type: 'module', name: 'plan' });
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ('error' in data) asked?.reject(new Error(data.error));
    else asked?.resolve(data.value);
  });
  worker.addEventListener('error', () => giveUp(new Error('The plan language could not be loaded: load the page again.')));
  return worker;
}

function giveUp(reason: Error): void {
  worker?.terminate();
  worker = undefined;
  for (const { reject } of waiting.values()) reject(reason);
  waiting.clear();
}
