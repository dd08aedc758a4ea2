import { describe, expect, it } from 'vitest';
import { evaluateOutput } from './output.js';

const tasks = {
  applycluster: {
    kind: 'Cluster',
    status: { image: 'pg:17', topology: { a: [1] }, conditions: [{ type: 'Ready' }, { type: 'Archiving' }] },
  },
  applysecret: { kind: 'Secret', data: { password: 'cA==' } },
  deleted: null,
};

describe('evaluateOutput', () => {
  it('reads typed values of task objects and marks them tainted', () => {
    expect(evaluateOutput('$tasks.applycluster.resource.status.image', { tasks })).toMatchObject({
      ok: true,
      value: { value: 'pg:17', tainted: true },
    });
    expect(evaluateOutput('{{ $tasks.applycluster.resource.status.topology }}', { tasks })).toMatchObject({
      value: { value: { a: [1] }, tainted: true },
    });
    expect(evaluateOutput('$tasks.applycluster.resource.status.conditions[*].type', { tasks })).toMatchObject({
      value: { value: 'Ready,Archiving' },
    });
    expect(evaluateOutput('v-{{ $tasks.applycluster.resource.status.image }}', { tasks })).toMatchObject({
      value: { value: 'v-pg:17', tainted: true },
    });
    expect(evaluateOutput('$tasks.applysecret.resource.data.password', { tasks })).toMatchObject({ value: { secret: true } });
  });

  it('gives null for a missing path and an error for a missing task or object', () => {
    expect(evaluateOutput('$tasks.applycluster.resource.status.nope.deeper', { tasks })).toMatchObject({
      ok: true,
      value: { value: null },
    });
    expect(evaluateOutput('$tasks.other.resource.status', { tasks })).toMatchObject({ ok: false, problem: { code: 'missing-task' } });
    expect(evaluateOutput('$tasks.deleted.resource.status', { tasks })).toMatchObject({ ok: false, problem: { code: 'missing-task' } });
    expect(evaluateOutput('$tasks.applycluster.status', { tasks })).toMatchObject({ ok: false, problem: { code: 'invalid-expression' } });
  });

  it('takes literals and other expressions', () => {
    expect(evaluateOutput('fixed', { tasks })).toMatchObject({ ok: true, value: { value: 'fixed' } });
    expect(evaluateOutput('{{ $sys.id }}', { tasks, sys: { id: 'i' } })).toMatchObject({ ok: true, value: { value: 'i' } });
    expect(evaluateOutput('{{ $sys.id }}', { tasks })).toMatchObject({ ok: false, problem: { code: 'unresolved', expression: '$sys.id' } });
  });
});
