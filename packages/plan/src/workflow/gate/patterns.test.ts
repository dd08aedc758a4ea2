import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.js';
import { PatternBudget } from '../../pattern/budget.js';
import { advance } from '../walk/advance.js';
import { bindGate, parseGate } from './gate.js';
import { gateHolds } from './evaluate.js';
import { judge } from '../judge.js';
import { dag, leaf, run, task, workflow } from '../run.testing.js';

const hostile = '(a|b)*a(a|b){990}[cd]';
const text = Array.from({ length: 200_000 }, (_, at) => (Math.sin(at * at) > 0 ? 'a' : 'b')).join('');

describe('conditions whose patterns would take too long', () => {
  it('a `when` that defeats backtracking is answered', () => {
    const state = run(workflow([dag('main', [task('a', { when: `"${'a'.repeat(60)}!" =~ "^(a+)+$"` })]), leaf()]));
    const next = advance(state, 0);
    expect(next.outcome).toMatchObject({ phase: 'Succeeded' });
    expect(next.changed.find(({ task }) => task === 'a')).toMatchObject({ phase: 'Skipped' });
  });

  it('a run whose conditions take more than its budget ends by name, before anything begins', () => {
    const state = run(workflow([dag('main', [task('a', { when: `"${text}" =~ "${hostile}"` })]), leaf()]));
    expect(advance(state, 0)).toMatchObject({
      starts: [],
      outcome: { phase: 'Error', code: 'patterns-too-slow', message: expect.stringContaining('40000000 steps') },
    });
  });

  it('the budget of a run is shared by its steps', () => {
    const patterns = new PatternBudget(3_000);
    const when = `"${'x'.repeat(900)}" =~ "[yz]"`;
    const tasks = [task('a', { when }), task('b', { when, dependencies: ['a'] }), task('c', { when, dependencies: ['b'] })];
    const state = run(workflow([dag('main', tasks), leaf()]), { patterns });
    expect(advance(state, 0)).toMatchObject({ outcome: { code: 'patterns-too-slow' } });
  });

  it('a gate that cannot be decided is a failure in words', () => {
    const parsed = parseGate(`status.text =~ "${hostile}"`, 'success');
    if (!parsed.ok) throw new Error(parsed.problem.message);
    const bound = bindGate(parsed.value, () => undefined);
    if (!bound.ok) throw new Error(bound.problem.message);
    const object: JsonObject = { metadata: { uid: 'u', resourceVersion: '2' }, status: { text } };
    const verdict = judge({ action: 'get', success: bound.value }, { object, at: 1, quietSince: 0 }, 10_000);
    expect(verdict).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('cannot be decided: matching patterns takes more than'),
    });
    expect(gateHolds(bound.value, object)).toBe(false);
  });

  it.each(['status.x =~ "a(?=b)"', 'status.list.#(x=~"(a)\\\\1").y == b', 'status.x =~ "(a{1,1000}){1,1000}"'])(
    'a gate with %s is refused when it is read',
    (gate) => {
      expect(parseGate(gate, 'success')).toMatchObject({ ok: false, problem: { code: 'gate-pattern', cure: expect.stringMatching(/\w/) } });
    },
  );
});
