import { describe, expect, it } from 'vitest';
import { LoopWatch, type Sample } from './loop-watch.js';

const LIMIT_MS = 30_000;
const step = { run: 'run-1', fence: 1, label: 'task a: its gate' };

/** Takes a sample each 250 ms; `of` says what the loop and the processor do in that time. */
class Samples {
  private readonly watch = new LoopWatch(LIMIT_MS);
  private now: Sample = { turns: 0, sequence: 0, step: undefined, isDebugged: false, monotonic: 0, usedMs: 0 };

  one(change: Partial<Sample> & { passMs?: number; useMs?: number } = {}) {
    const { passMs = 250, useMs = 0, ...rest } = change;
    this.now = { ...this.now, ...rest, monotonic: this.now.monotonic + passMs, usedMs: this.now.usedMs + useMs };
    return this.watch.judge(this.now);
  }

  for(milliseconds: number, change: Parameters<Samples['one']>[0] = {}) {
    const found = [];
    for (let at = 0; at < milliseconds; at += 250) found.push(this.one(change));
    return found;
  }
}

describe('a loop that stands still', () => {
  it('is told of now and then, and ended when the limit is over, once', () => {
    const samples = new Samples();
    samples.one();
    const found = samples.for(LIMIT_MS + 5_000, { step, sequence: 2, useMs: 250 });
    expect(found.flatMap(({ standing }) => standing ?? [])).toEqual([3_000, 6_000, 12_000, 24_000]);
    expect(found.filter(({ end }) => end)).toHaveLength(1);
    expect(found.findIndex(({ end }) => end)).toBe(LIMIT_MS / 250 - 1);
  });

  it('is not one that turns now and then', () => {
    const samples = new Samples();
    for (let turns = 1; turns < 20; turns++) {
      const found = [samples.one({ turns }), ...samples.for(20_000)];
      expect(found.some(({ end }) => end)).toBe(false);
    }
  });

  it('is not one of a process that was suspended, nor one that a debugger holds', () => {
    const samples = new Samples();
    samples.one();
    expect(samples.one({ passMs: 3_600_000, step, sequence: 2 })).toEqual({ end: false });
    expect(samples.for(60_000, { isDebugged: true, useMs: 250 }).some(({ end, long }) => end || long !== undefined)).toBe(false);
  });
});

describe('a step that is long', () => {
  it('is told once, by the processor time that it used, and told of as over when it comes back in time', () => {
    const samples = new Samples();
    samples.one();
    const found = samples.for(2_500, { step, sequence: 2, useMs: 250 });
    expect(found.flatMap(({ long }) => long ?? [])).toEqual([step]);
    expect(samples.one({ step: undefined, sequence: 4 }).over).toEqual(step);
    expect(samples.one().over).toBeUndefined();
  });

  it('is none while others have the processor, and none of many short ones', () => {
    const samples = new Samples();
    samples.one();
    expect(samples.for(20_000, { step, sequence: 2, useMs: 5 }).some(({ long }) => long !== undefined)).toBe(false);
    for (let sequence = 4; sequence < 400; sequence += 2) expect(samples.one({ step, sequence, useMs: 250 }).long).toBeUndefined();
  });

  it('stays in the row when it has cost the lease before it came back', () => {
    const samples = new Samples();
    samples.one();
    samples.for(3_500, { step, sequence: 2, useMs: 250 });
    expect(samples.one({ step: undefined, sequence: 4 }).over).toBeUndefined();
  });
});
