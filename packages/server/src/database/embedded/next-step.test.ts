import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GRACE, type NextStep, nextStep, type Sight } from './next-step.js';

const sights = fc.record<Sight>({
  answer: fc.constantFrom('answers', 'full', 'starting', 'ending', 'closed', 'silent', 'refuses'),
  lives: fc.boolean(),
  status: fc.constantFrom('unwritten', 'early', 'starting', 'ready', 'stopping', 'standby'),
  othersHold: fc.boolean(),
  forMs: fc.integer({ min: 0, max: 120_000 }),
});

describe('nextStep', () => {
  it('ends and starts nothing that another server has, and ends nothing that answers or is on its way', () => {
    fc.assert(
      fc.property(sights, (sight) => {
        const allowed: NextStep[] = [sight.answer === 'answers' ? 'use' : 'wait'];
        if (sight.lives && !sight.othersHold && ['ending', 'closed', 'silent'].includes(sight.answer)) allowed.push('end');
        if (sight.lives && !sight.othersHold && sight.answer === 'silent') allowed.push('wake');
        if (!sight.lives && !sight.othersHold && sight.answer === 'closed') allowed.push('launch');
        expect(allowed).toContain(nextStep(sight));
      }),
    );
  });

  it('ends what will not answer any more after a while, which is short where that is certain', () => {
    const sight: Sight = { answer: 'closed', lives: true, status: 'ready', othersHold: false, forMs: 0 };
    expect(nextStep(sight)).toBe('wait');
    expect(nextStep({ ...sight, forMs: GRACE.closed })).toBe('end');
    // It makes its socket a moment after its file.
    expect(nextStep({ ...sight, status: 'early', forMs: GRACE.closed })).toBe('wait');
    expect(nextStep({ ...sight, answer: 'ending', status: 'stopping', forMs: GRACE.ending })).toBe('end');
    expect(nextStep({ ...sight, answer: 'silent', forMs: 1_000 })).toBe('wake');
    expect(nextStep({ ...sight, answer: 'silent', forMs: GRACE.silent })).toBe('end');
    // Recovery takes as long as it takes, and taken connections are given back.
    for (const answer of ['starting', 'full', 'refuses'] as const) expect(nextStep({ ...sight, answer, forMs: 120_000 })).toBe('wait');
  });
});
