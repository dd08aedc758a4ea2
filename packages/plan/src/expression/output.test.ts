import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import { evaluateOutput, outputPlace, prepareOutputs } from './output.js';

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

describe('prepareOutputs', () => {
  const context = {
    sys: { id: 'i' },
    parameters: { user: { value: 'app', type: 'String' as const }, password: { value: 'geheim-1', type: 'Password' as const } },
    secrets: (name: string) => (name === 'TOKEN' ? 'token-1' : undefined),
    resources: { a: { out: { host: 'h', key: 'k' }, secretOut: ['key'], var: {}, sys: {} } },
    seed: 'seed',
  };
  /** As a run does it: what is of the instance when it begins, what is of the tasks when it ends. */
  const evaluated = (value: string) => {
    const { values, unresolved } = prepareOutputs([{ name: 'o', value }], context);
    expect(unresolved).toEqual([]);
    return evaluateOutput(value, { tasks, known: values, place: outputPlace('o') });
  };

  it.each<[string, object]>([
    [
      'https://{{ $var.user }}@{{ $a.out.host }}/{{ $tasks.applycluster.resource.status.image }}',
      { value: 'https://app@h/pg:17', tainted: true },
    ],
    ['$sys.id', { value: 'i' }],
    ['$a.out.host', { value: 'h', tainted: true }],
    ['$a.out.key', { value: 'k', secret: true }],
    ['$func.upper($var.password)', { value: 'GEHEIM-1', secret: true }],
    ['u:{{ $secret.TOKEN }}@h', { value: 'u:token-1@h', secret: true }],
    ['$func.replace($tasks.applycluster.resource.status.image, pg, $var.user)', { value: 'app:17', tainted: true }],
    ['$func.default($tasks.applycluster.resource.status.nope, $var.user)', { value: 'app' }],
    ['$func.default($var.nope, $tasks.applycluster.resource.status.image)', { value: 'pg:17' }],
    ['$func.default($a.out.nope, x)', { value: 'x' }],
    ['$func.random(hex, 4)', { value: expect.stringMatching(/^[0-9a-f]{4}$/) as string }],
    ['plain', { value: 'plain' }],
  ])('%s', (value, expected) => {
    expect(evaluated(value)).toMatchObject({ ok: true, value: expected });
  });

  it.each([
    ['$secret.NOPE', '$secret.NOPE'],
    ['x {{ $var.nope }} {{ $tasks.applycluster.resource.status.image }}', '$var.nope'],
    ['$func.upper($a.out.nope)', '$a.out.nope'],
    ['$func.randomminmax(1, $tasks.applycluster.resource.status.n)', 'depends on a task'],
  ])('says what has no value: %s', (value, missing) => {
    expect(prepareOutputs([{ name: 'o', value }], context).unresolved.join()).toContain(missing);
  });
});

describe('filters of lists, as gates write them', () => {
  const list: JsonObject = {
    kind: 'X',
    status: {
      conditions: [
        { type: 'Old', n: 1 },
        { type: 'Ready', reason: 'R', n: 2 },
        { type: 'Ready', reason: 'S', n: 3 },
      ],
    },
  };
  it.each<[string, unknown]>([
    ['#(type=="Ready").reason', 'R'],
    ["#(type=='Ready').reason", 'R'],
    ['#(type==Ready).reason', 'R'],
    ['#(type=="Ready" && n > 2).reason', 'S'],
    ['#(type=="Nope").reason', null],
    ['#(type=="Ready")#.n', [2, 3]],
    ['#(reason)#.n', [2, 3]],
    ['[?(@.type=="Ready")].reason', 'R'],
    ['[type=Ready].reason', 'R'],
    ['#', 3],
    ['#.type', ['Old', 'Ready', 'Ready']],
    ['[*].type', 'Old,Ready,Ready'],
    ['[-1].n', 3],
    ['[1].n', 2],
  ])('%s', (steps, expected) => {
    const path = `$tasks.t.resource.status.conditions${steps.startsWith('[') ? '' : '.'}${steps}`;
    for (const text of [path, `{{ ${path} }}`])
      expect(evaluateOutput(text, { tasks: { t: list } })).toMatchObject({ ok: true, value: { value: expected } });
    expect(evaluateOutput(`a {{ ${path} }}`, { tasks: { t: list } })).toMatchObject({ ok: true });
  });

  it.each(['#(type=="Ready".x', '#(', '#(==1).x', '[?(@.x]', '*.x', '#()'])('refuses %s', (steps) => {
    const text = `{{ $tasks.t.resource.status.conditions${steps.startsWith('[') ? '' : '.'}${steps} }}`;
    expect(evaluateOutput(text, { tasks: { t: list } })).toMatchObject({ ok: false, problem: { code: 'invalid-expression' } });
  });

  it('takes no time that grows with its length', () => {
    const before = process.cpuUsage();
    for (const piece of ['[?(a)]', '.#(a)', '.#', '[a]', '[?("]")]', '.#(a==")")#'])
      evaluateOutput(`$tasks.t.resource.x${piece.repeat(3000)} !`, { tasks });
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1000);
  });
});
