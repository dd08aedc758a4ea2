import type { CompiledPlan } from '@cellplane/plan';

/** Compiled plans by the key of their version; those that were used longest ago go first when there are too many. */
export class PlanCache {
  /** In the order of their last use. */
  readonly #plans = new Map<string, { plan: CompiledPlan; characters: number }>();
  #characters = 0;
  /** How many were parsed. */
  parsed = 0;

  /** @param most characters of JSON text that the cache holds; a longer plan is not cached */
  constructor(private readonly most: number) {}

  get(key: string): CompiledPlan | undefined {
    const found = this.#plans.get(key);
    if (found === undefined) return undefined;
    this.#plans.delete(key);
    this.#plans.set(key, found);
    return found.plan;
  }

  /** Parses and freezes it. */
  add(key: string, text: string): CompiledPlan {
    const plan = freeze(JSON.parse(text) as CompiledPlan);
    this.parsed += 1;
    this.#forget(key);
    this.#plans.set(key, { plan, characters: text.length });
    this.#characters += text.length;
    for (const oldest of this.#plans.keys()) {
      if (this.#characters <= this.most) break;
      this.#forget(oldest);
    }
    return plan;
  }

  #forget(key: string): void {
    this.#characters -= this.#plans.get(key)?.characters ?? 0;
    this.#plans.delete(key);
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}
