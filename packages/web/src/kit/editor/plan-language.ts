/** The plan language for pages: questions to the workers of this tab, each of which starts with the first question to it. */
import type { Answer, Question } from './plan-worker';
import type { PlanMethods } from './plan-methods';

type Method = keyof PlanMethods;

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** A question that takes longer ends its worker: the next one gets a new one. Milliseconds. */
const PATIENCE_MS = 20_000;

/** What is asked while one types has a worker of its own: it never waits until a large text has been checked. */
const WHILE_TYPING: ReadonlySet<Method> = new Set(['suggest', 'explain', 'define', 'workflowAt']);

class Thinker {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();

  async ask(question: Question): Promise<unknown> {
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(question.id, { resolve, reject }));
    const timer = setTimeout(() => this.#giveUp(new Error('The plan takes too long to think about: make it smaller.')), PATIENCE_MS);
    this.#begin().postMessage(question, {});
    return answer.finally(() => clearTimeout(timer));
  }

  #begin(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL('./plan-worker.ts', import.meta.url), { type: 'module', name: 'plan' });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      const asked = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('error' in data) asked?.reject(new Error(data.error));
      else asked?.resolve(data.value);
    });
    worker.addEventListener('error', () => this.#giveUp(new Error('The plan language could not be loaded: load the page again.')));
    this.#worker = worker;
    return worker;
  }

  #giveUp(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}

const typing = new Thinker();
const checking = new Thinker();
let last = 0;

/** Calls a function of the plan language. Rejects where it throws, or takes too long. */
export async function planLanguage<Name extends Method>(
  method: Name,
  ...input: Parameters<PlanMethods[Name]>
): Promise<ReturnType<PlanMethods[Name]>> {
  const thinker = WHILE_TYPING.has(method) ? typing : checking;
  return (await thinker.ask({ id: ++last, method, input })) as ReturnType<PlanMethods[Name]>;
}
