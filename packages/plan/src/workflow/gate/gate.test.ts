import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.js';
import { bindGate, parseGate } from './gate.js';
import type { GateField } from './model.js';
import { decidingClauses, evaluateGate, explainClause } from './evaluate.js';

const object: JsonObject = {
  metadata: { name: 'db', generation: 4, annotations: { 'cnpg.io/hibernation': 'on', count: '3' } },
  spec: { instances: 3, replicas: 2 },
  status: {
    phase: 'Cluster in healthy state',
    state: 'Ready',
    instances: 3,
    readyInstances: 2,
    half: 1.5,
    whole: 3.0,
    big: 9007199254740992,
    ready: true,
    version: '1.1.0',
    nothing: null,
    empty: '',
    message: "Bob's (oom), a && b",
    list: ['a', 'b'],
    nodes: [
      { name: 'n-1', ready: true },
      { name: 'n-2', ready: false },
    ],
    conditions: [
      { type: 'Initialized', status: 'False' },
      { type: 'Ready', status: 'True', reason: 'AllGood', observedGeneration: 4 },
    ],
  },
};

function holds(text: string, field: GateField = 'success', values: Record<string, string> = {}): boolean | string {
  const parsed = parseGate(text, field);
  if (!parsed.ok) return parsed.problem.code;
  const bound = bindGate(parsed.value, (placeholder) => values[placeholder] ?? '');
  return bound.ok ? evaluateGate(bound.value, object).value : bound.problem.code;
}

function level(text: string): number | string {
  const parsed = parseGate(text, 'success');
  return parsed.ok ? parsed.value.level : parsed.problem.code;
}

describe('level 1: a text that Argo reads has Argo’s answer', () => {
  it.each([
    ['', true],
    ['status.state == Ready', true],
    ['status.state = Ready', true],
    ['status.state==Ready', true],
    ['status.state == ready', false],
    ['status.state != Failed', true],
    ['status.missing != Failed', true],
    ['status.missing == Failed', false],
    ['status.missing notin (a,b)', true],
    ['status.missing in (a,b)', false],
    ['status.state notin ()', true],
    ['status.state in ()', false],
    ['!status.missing', true],
    ['!status.state', false],
    ['status.state', true],
    ['status.missing', false],
    ['status.nothing', true],
    ['status.nothing ==', true],
    ['status.nothing == null', false],
    ['status.missing ==', false],
    ['status.empty =', true],
    ['status.instances == 3', true],
    ['status.instances == 03', false],
    ['status.whole == 3', true],
    ['status.whole == 3.0', false],
    ['status.half == 1.5', true],
    ['status.half > 1', false],
    ['status.instances > 2', true],
    ['status.instances < 4', true],
    ['status.missing > 2', false],
    ['metadata.annotations.count > 2', true],
    ['status.ready == true', true],
    ['status.ready == True', false],
    ['status.state in (Ready, Failed)', true],
    ['status.state in (,Ready)', true],
    ['status.empty in (a,)', true],
    ['status.state notin (Ready)', false],
    ['status.conditions.1.status == True', true],
    ['status.conditions.7.status == True', false],
    ['status.state == Ready, status.instances == 3', true],
    ['status.state == Ready, status.instances == 4', false],
    ['status.version == 1.1.0', true],
    ['status.state == spec.instances', false],
  ])('%s → %s', (text, value) => {
    expect(level(text)).toBe(1);
    expect(holds(text)).toBe(value);
  });

  it('reads commas as OR in a failure condition', () => {
    expect(holds('status.state == Failed, status.instances == 3', 'failure')).toBe(true);
    expect(holds('status.state == Failed, status.instances == 4', 'failure')).toBe(false);
    expect(holds('', 'failure')).toBe(false);
  });

  it.each([
    'a && b',
    'a >= 3',
    'a == "x"',
    'a == x y',
    'a == -1',
    'a > x',
    'a == x:y',
    'a.#(b=="c").d == e',
    '.a == b',
    'a == b,',
    `${'k'.repeat(64)} == v`,
    `k == ${'v'.repeat(64)}`,
    'Prefix/key == v',
  ])('does not read %s', (text) => {
    expect(level(text)).not.toBe(1);
  });

  it('accepts a DNS prefix and keys of 63 characters', () => {
    expect(level('example.com/status == v')).toBe(1);
    expect(level(`${'k'.repeat(63)} == ${'v'.repeat(63)}`)).toBe(1);
  });
});

describe('level 2: what Argo cannot read', () => {
  it.each([
    ['status.phase == Cluster in healthy state', true],
    ['status.phase == Cluster in healthy', false],
    ['status.instances == 3 && status.readyInstances == 2', true],
    ['status.instances == 3 && status.readyInstances == 3', false],
    ['status.instances == 9 || status.readyInstances == 2', true],
    ['status.instances == 9 || status.readyInstances == 2 && status.ready == false', false],
    ['(status.instances == 9 || status.readyInstances == 2) && status.ready == true', true],
    ['!(status.instances == 3) || status.state == Ready', true],
    ['!status.missing && status.state', true],
    ['status.state == "Ready"', true],
    ["status.state == 'Ready'", true],
    ['status.state == "Ready", status.instances == 3', true],
    ['status.instances >= 3', true],
    ['status.half >= 1.5', true],
    ['status.half > 1.4', true],
    ['3 <= status.instances', true],
    ['status.half < -1', false],
    ['status.ready == TRUE && status.state == Ready', true],
    ['status.conditions.#(type=="Ready").status == True', true],
    ['status.conditions.#(type=="Ready").status == true', true],
    ['status.conditions.#(type==Ready).status == True', true],
    ['status.conditions.#(type=="Ready")#.status == True', true],
    ['status.conditions.#(type=="Gone").status == True', false],
    ['status.conditions.#(type=="Gone").status != True', true],
    ['status.conditions[type=Ready].status == "True"', true],
    ['status.conditions[?(@.type=="Ready")].status == True', true],
    ['{.status.conditions[?(@.type=="Ready")].status} == True', true],
    ["status.conditions[?(@.type=='Ready' && @.status=='True')].reason == AllGood", true],
    ['$.status.conditions[1].status == True', true],
    ['status.conditions[-1].status == True', true],
    ['status.nodes.#.ready == true', false],
    ['status.nodes[*].name =~ "^n-[0-9]$"', true],
    ['status.nodes.# >= 2', true],
    ['metadata.annotations["cnpg.io/hibernation"] == on', true],
    ['metadata.annotations.cnpg\\.io/hibernation == "on"', true],
    ['status.state in ("Ready", Failed) && status.ready == true', true],
    ['status.state not in (Done) && status.ready == true', true],
    ['status.version == 1.1.0 && status.instances == 3', true],
    ['status.version == "1.1.0"', true],
    ['status.instances == spec.instances && status.ready == true', true],
    ['status.readyInstances >= spec.instances', false],
    ['status.instances == $.spec.instances', true],
    ['status.instances == .spec.instances', true],
    ['metadata.annotations.count >= 3', true],
    ['status.phase =~ "healthy"', true],
    ['status.phase == Cluster (a) in healthy state', false],
    ['status.missing >= 0', false],
    ['status.missing =~ ".*"', false],
    ['status.missing != 3 && status.ready == true', true],
    ['status.nothing == null && status.ready == true', true],
    ['status.missing != null && status.ready == true', false],
    ['status.message == "Bob\'s (oom), a && b"', true],
    ['status.big >= 9007199254740992', true],
    ['status.list == \'["a","b"]\'', true],
  ])('%s → %s', (text, value) => {
    expect(level(text)).toBe(2);
    expect(holds(text)).toBe(value);
  });

  it.each([
    ['a == b, c == d && e == f', 'mixed-comma'],
    ['(a == b, c == d)', 'mixed-comma'],
    ['a == b || c == d, e == f', 'mixed-comma'],
    ['a == "b', 'gate-syntax'],
    ['a == b and c == d', 'gate-syntax'],
    ['a & b', 'gate-syntax'],
    ['a == b && ', 'gate-syntax'],
    ['&& a == b', 'gate-syntax'],
    ['(a == b', 'gate-syntax'],
    ['a == b)', 'gate-syntax'],
    ['a == && b == c', 'gate-syntax'],
    ['!a == b', 'gate-syntax'],
    ['a.*.b == "c"', 'gate-path'],
    ['a[0 == "c"', 'gate-path'],
    ['a.#(b=="c" == d', 'gate-syntax'],
    ['a. == "c"', 'gate-path'],
    ['a =~ "("', 'gate-pattern'],
    ['a == {{x', 'unclosed-placeholder'],
    ['{{x}} == b', 'placeholder-as-path'],
    ['{{x}}', 'placeholder-as-path'],
    ['{{x}} && a == b', 'placeholder-as-path'],
    ['a {{op}} b', 'gate-syntax'],
  ])('%s is refused: %s', (text, code) => {
    const parsed = parseGate(text, 'success');
    expect(parsed).toMatchObject({ ok: false, problem: { code, message: expect.stringMatching(/\w/), cure: expect.stringMatching(/\w/) } });
  });

  it('puts the offset in the original text, after placeholders too', () => {
    const text = 'status.a == {{inputs.parameters.n}} && status.b == c == d';
    const parsed = parseGate(text, 'success');
    expect(parsed.ok ? undefined : text.slice(parsed.problem.offset)).toBe('== d');
  });
});

describe('placeholders', () => {
  const condition = 'status.instances == {{inputs.parameters.n}} && status.readyInstances == {{ inputs.parameters.n }}';

  it('are operands', () => {
    expect(holds(condition, 'success', { 'inputs.parameters.n': '3' })).toBe(false);
    expect(holds('status.instances == {{n}}', 'success', { n: '3' })).toBe(true);
    expect(holds('status.phase == {{n}}', 'success', { n: 'Cluster in healthy state' })).toBe(true);
    expect(holds('status.instances > {{n}}', 'success', { n: '2' })).toBe(true);
    expect(holds('status.instances > {{n}}', 'success', { n: 'two' })).toBe('gate-value');
    expect(holds('status.state in ({{n}}, Failed)', 'success', { n: 'Ready' })).toBe(true);
    expect(holds('status.{{n}} == Ready', 'success', { n: 'state' })).toBe(true);
    expect(holds('metadata.annotations["{{n}}"] == "on"', 'success', { n: 'cnpg.io/hibernation' })).toBe(true);
    expect(holds('status.version == v{{n}}', 'success', { n: '1' })).toBe(false);
  });

  it('never add a clause or change the grammar', () => {
    for (const hostile of ['x || status.ready == true', 'x, status.ready', '" || "a" == "a', "') || !a", 'in (Ready)', '']) {
      expect(holds('status.state == {{n}}', 'success', { n: hostile })).toBe(false);
      expect(holds('status.state == "{{n}}" && status.ready == true', 'success', { n: hostile })).toBe(false);
    }
    expect(holds('status.state =~ "^{{n}}$"', 'success', { n: '.*' })).toBe(false);
  });

  it('hide secrets in proofs', () => {
    const parsed = parseGate('status.state == {{s}}', 'success');
    const bound = parsed.ok ? bindGate(parsed.value, () => ({ text: 'Ready', secret: true })) : parsed;
    const proof = bound.ok ? evaluateGate(bound.value, object) : undefined;
    expect(proof).toEqual({ op: 'clause', value: true, text: 'status.state == ***', path: 'status.state', live: '***' });
  });
});

describe('proofs', () => {
  it('show each clause with its live value', () => {
    const parsed = parseGate('status.instances == 3 && (status.readyInstances == 3 || status.gone == x)', 'success');
    const proof = parsed.ok ? evaluateGate(parsed.value, object) : undefined;
    expect(proof).toMatchObject({
      op: 'and',
      value: false,
      children: [
        { text: 'status.instances == 3', value: true, path: 'status.instances', live: 3 },
        { op: 'or', text: '(status.readyInstances == 3 || status.gone == x)', children: [{ live: 2 }, { missing: true }] },
      ],
    });
    expect(proof && decidingClauses(proof).map(explainClause)).toEqual([
      'status.readyInstances == 3: is 2',
      'status.gone == x: not there yet',
    ]);
  });
});
