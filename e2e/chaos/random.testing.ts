/** Chance that can be repeated: the same seed, the same decisions. */

export interface Random {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from 0 up to, and without, `below`. */
  below(below: number): number;
  /** True this often. */
  chance(probability: number): boolean;
  /** A generator of its own: what others draw does not change what this one draws. */
  fork(): Random;
}

/** Mulberry32: 32 bits of state, good enough to choose among operations and faults. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    below: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    fork: () => seeded(Math.floor(next() * 4_294_967_296)),
  };
}

/** One of them, as often as its weight says. */
export function pick<T>(random: Random, weighted: readonly (readonly [number, T])[]): T {
  let left = random.next() * weighted.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, one] of weighted) {
    left -= weight;
    if (left < 0) return one;
  }
  const last = weighted.at(-1);
  if (last === undefined) throw new Error('nothing to pick from');
  return last[1];
}
