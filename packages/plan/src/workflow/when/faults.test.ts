import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateWhen, parseWhen } from './when.js';
import { type WhenFinding, whenFaults } from './faults.js';

function faults(text: string): WhenFinding[] {
  const parsed = parseWhen(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return whenFaults(parsed.value);
}

const P = '{{workflow.parameters.p}}';

describe('a `when` that fails whatever its values are', () => {
  it.each([
    [`${P} == high-availability`, `"high-availability"`],
    [`high-availability == ${P}`, `"high-availability"`],
    [`${P} != us-east-1`, `"us-east-1"`],
    [`${P}-replica == a`, `"${P}-replica"`],
    [`a-${P} == b`, `"a-${P}"`],
    [`${P} == a && ${P} != b-c`, `"b-c"`],
    [`${P} in (a-b, c)`, `"a-b"`],
    [`!(${P} == a-b)`, `"a-b"`],
    [`${P} == s3/bucket`, `"s3/bucket"`],
    [`${P} == a.B`, `"a.B"`],
    [`${P} == a*b`, `"a*b"`],
    [`"${P}" - 1 == 2`, undefined],
    [`${P} == a && b`, undefined],
    [`${P} == a && "${P}"`, undefined],
    [`${P} in ${P}`, undefined],
    [`${P} in b`, undefined],
    [`"${P}" < 3`, undefined],
    [`x${P}`, undefined],
    [`${P} + 1 > 2 == a-b`, `"a-b"`],
  ])('%s', (text, cure) => {
    const [fault, ...more] = faults(text);
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ code: 'when-evaluation', message: expect.stringContaining(text), cure: expect.stringMatching(/\w/) });
    expect(fault?.cure).toContain(cure === undefined ? '' : `Put the text in quotes: ${cure}.`);
  });

  it('says where', () => {
    const text = `${P} == a || ${P} == high-availability`;
    expect(text.slice(faults(text)[0]?.offset)).toBe('high-availability');
  });
});

describe('a `when` that no value fulfils', () => {
  it.each([`${P} == "5"`, `"true" == ${P}`, `${P} == '1.5'`, `"${P}" == 5`, `"${P}" == true`, `x${P} == 5`, `(${P} == a) == b`])(
    '%s',
    (text) => {
      expect(faults(text)).toMatchObject([{ code: 'when-never-holds', message: expect.stringContaining('never true') }]);
    },
  );

  it.each([`${P} != "5"`, `"${P}" != 5`])('or that every value fulfils: %s', (text) => {
    expect(faults(text)).toMatchObject([{ code: 'when-never-holds', message: expect.stringContaining('always true') }]);
  });
});

describe('a `when` that some value fulfils', () => {
  it.each([
    P,
    `!${P}`,
    `${P} == 5`,
    `${P} == true`,
    `${P} == True`,
    `${P} == big`,
    `${P} == "high-availability"`,
    `"${P}" == "high-availability"`,
    `"${P}" == "5"`,
    `${P} - 1 > 2`,
    `-${P} < 3`,
    `${P} > 3 && ${P} < 5`,
    `${P} in (a, b, "c-d")`,
    `${P} =~ "^a-b$"`,
    `${P} == a || ${P}`,
    `${P} ? true : false`,
    `a${P} == ab`,
    `${P} + x == ax`,
    `"${P}" > "2024"`,
    '',
  ])('%s', (text) => {
    expect(faults(text)).toEqual([]);
  });
});

describe('whatever is written', () => {
  const operand = fc.oneof(
    fc.constantFrom('5', 'true', 'a', '"a"', '"5"', "'true'", P, `"${P}"`, `a${P}`, 'x-y', `${P}-x`, '(a, b)', '-1', `(${P})`),
  );
  const operator = fc.constantFrom('==', '!=', '<', '>=', '+', '-', '*', 'in', '=~', '%');
  const values = fc.constantFrom('5', '-1.5', 'true', 'false', 'a', '', 'x y', '"', 'a,b', '2020-01-01');
  it('a fault is one for every value, and what never holds never does', () => {
    fc.assert(
      fc.property(operand, operator, operand, operator, operand, values, (a, one, b, two, c, value) => {
        const text = `${a} ${one} ${b} ${two} ${c}`;
        const parsed = parseWhen(text);
        if (!parsed.ok) return;
        const found = whenFaults(parsed.value);
        const answer = evaluateWhen(parsed.value, () => value);
        const fails = found.some(({ code }) => code === 'when-evaluation');
        expect(fails && answer.ok, `${text} with ${value}`).toBe(false);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(operand, fc.constantFrom('==', '!='), operand, values, (a, op, b, value) => {
        const parsed = parseWhen(`${a} ${op} ${b}`);
        if (!parsed.ok || whenFaults(parsed.value).every(({ code }) => code !== 'when-never-holds')) return;
        expect(evaluateWhen(parsed.value, () => value)).toEqual({ ok: true, value: op === '!=' });
      }),
      { numRuns: 1000 },
    );
  });
});
