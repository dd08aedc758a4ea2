import { describe, expect, it } from 'vitest';
import { examineDepends, examineGate, examineWhen, substitute } from './examine.js';

describe('rules from texts', () => {
  it('judge a gate', () => {
    const answer = examineGate(
      'status.ready == {{inputs.parameters.n}} && status.phase == Cluster in healthy state',
      'success',
      { status: { ready: 2, phase: 'Cluster in healthy state' } },
      { 'inputs.parameters.n': '2' },
    );
    expect(answer.ok && answer.value.value).toBe(true);
    expect(examineGate('a == {{inputs.parameters.n}}', 'success', {})).toMatchObject({ ok: false, problem: { code: 'gate-value' } });
    expect(examineGate('a == b, c && d', 'failure', {})).toMatchObject({ ok: false, problem: { code: 'mixed-comma' } });
  });

  it('judge when and depends', () => {
    expect(examineWhen('{{inputs.parameters.n}} > 2', { 'inputs.parameters.n': '3' })).toEqual({ ok: true, value: true });
    expect(examineWhen('x')).toMatchObject({ ok: false, problem: { code: 'when-evaluation' } });
    expect(examineDepends('a && b.Failed', { a: { Skipped: true }, b: { Failed: true } })).toEqual({ ok: true, value: true });
    expect(examineDepends('a.Foo', {})).toMatchObject({ ok: false, problem: { code: 'depends-result' } });
  });

  it('substitute once', () => {
    expect(substitute('a={{inputs.parameters.a}} {{ .Go }} ${SHELL}', { a: '{{inputs.parameters.b}}', b: 'no' })).toEqual({
      ok: true,
      value: 'a={{inputs.parameters.b}} {{ .Go }} ${SHELL}',
    });
    expect(substitute('{{inputs.parameters.x}}', {})).toEqual({
      ok: false,
      problem: { code: 'unresolved-tag', tags: ['{{inputs.parameters.x}}'] },
    });
  });
});
