import { describe, expect, it } from 'vitest';
import { dependsOf, evaluateDepends, parseDepends, type TaskResults, tasksOf } from './depends.js';

const results: Record<string, TaskResults> = {
  ok: { Succeeded: true },
  'not-ok': { Failed: true },
  broken: { Errored: true },
  skipped: { Skipped: true },
  omitted: { Omitted: true },
  loop: { Failed: true, AnySucceeded: true },
  daemon: { Daemoned: true },
};

function evaluate(text: string): boolean | string {
  const parsed = parseDepends(text);
  return parsed.ok ? evaluateDepends(parsed.value, (task) => results[task] ?? {}) : parsed.problem.message;
}

describe('depends', () => {
  it.each([
    ['ok', true],
    ['skipped', true],
    ['daemon', true],
    ['not-ok', false],
    ['broken', false],
    ['omitted', false],
    ['not-ok.Failed', true],
    ['broken.Errored', true],
    ['broken.Failed', false],
    ['omitted.Omitted', true],
    ['loop.AnySucceeded', true],
    ['loop.AllFailed', false],
    ['ok && not-ok', false],
    ['ok || not-ok', true],
    ['not-ok || ok && broken', false],
    ['(not-ok || ok) && !broken.Succeeded', true],
    ['!(ok && not-ok)', true],
    ['ok == skipped', true],
    ['!ok == not-ok', true],
    ['ok != not-ok && ok', true],
    ['not-ok ? ok : skipped.Skipped', true],
    ['ok ? not-ok : broken ? ok : ok', false],
    ['ok.Succeeded&&skipped.Skipped', true],
  ])('%s → %s', (text, value) => {
    expect(evaluate(text)).toBe(value);
  });

  it.each([
    ['', 0, 'The text ends where a task was expected'],
    ['a &&', 4, 'The text ends where a task was expected'],
    ['a b', 2, "'b' was not expected here"],
    ['(a', 2, 'The text ends where a task was expected'],
    ['ok and ok', 3, "'and' was not expected here"],
    ['a ?? b', 3, "'?' was not expected here"],
    ['a ? b', 5, 'The text ends where a task was expected'],
    ['a & b', 2, "'&' was not expected here"],
    ['A.Foo', 0, "task result 'Foo' for task 'A' is invalid"],
  ])('%s is refused', (text, offset, message) => {
    expect(parseDepends(text)).toMatchObject({ ok: false, problem: { offset, message } });
  });

  it('knows its tasks, and dependencies are joined by AND', () => {
    const parsed = parseDepends('a.Failed || (b && !a) || a-b');
    expect(parsed.ok && tasksOf(parsed.value)).toEqual(['a', 'b', 'a-b']);
    const choice = parseDepends('true ? b == c : d');
    expect(choice.ok && tasksOf(choice.value)).toEqual(['true', 'b', 'c', 'd']);
    const sugar = dependsOf({ name: 'x', template: 't', dependencies: ['ok', 'skipped'], arguments: [] });
    expect(sugar.ok && sugar.value && evaluateDepends(sugar.value, (task) => results[task] ?? {})).toBe(true);
  });

  it('lets a bare name pass what its task continues on', () => {
    const parsed = parseDepends('not-ok');
    const on = { failed: true, error: false };
    expect(
      parsed.ok &&
        evaluateDepends(
          parsed.value,
          (task) => results[task] ?? {},
          () => on,
        ),
    ).toBe(true);
  });
});
