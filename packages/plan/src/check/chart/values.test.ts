/** What was compared with `helm template` of Helm 3.19 on a chart that prints the kind of each value. */
import { expect, it } from 'vitest';
import { findingsOf, planOf, problemOf, specOf } from '../spec.testing.js';

const specWith = (values: string, key = 'chartValues'): string =>
  specOf({
    service: `operatorCRDConfiguration:\n  helmChartDependencies:\n    - chartName: a\n      chartVersion: "1.0.0"\n      chartRepoURL: "https://c.example.com"\n      ${key}: ${values}`,
  });
const read = (values: string) => planOf(specWith(values)).resources[0]?.charts[0]?.chartValues;
const codes = (values: string) => findingsOf(specWith(values)).map((finding) => finding.replace(/ @.*/, ''));

it.each([
  ['no', false],
  ['y', true],
  ['Y', true],
  ['On', true],
  ['n', false],
  ['oFF', 'oFF'],
  ['0777', 511],
  ['0o17', 15],
  ['0x1F', 31],
  ['0b11', 3],
  ['1_000', 1000],
  ['08', 8],
  ['+12', 12],
  ['1:30', '1:30'],
  ['1e3', 1000],
  ['.5', 0.5],
  ['1.10', 1.1],
  ['1e400', '1e400'],
  ['~', null],
  ['Null', null],
  ['2001-12-14', '2001-12-14'],
  ['=', '='],
  ['0o8', '0o8'],
  ['0777_1', 4089],
  ['"no"', 'no'],
  ["'0777'", '0777'],
  ['$sys.deploymentCell.region', '$sys.deploymentCell.region'],
])('%s is what Helm makes of it', (text, value) => {
  expect(read(`{v: [${text}]}`)).toEqual({ v: [value] });
});

it('keys are what Helm makes of them', () => {
  expect(read('{yes: 1, "no": 2, 0x10: 3, 012: 4}')).toEqual({ true: 1, no: 2, '16': 3, '10': 4 });
});

it('what may surprise is said, what cannot be kept is refused', () => {
  expect(codes('{enabled: no, mode: 0777, plain: true, size: 5, text: "no", on: 1}')).toEqual([
    'warning read-as-helm-does',
    'warning read-as-helm-does',
    'warning read-as-helm-does',
  ]);
  expect(problemOf(specWith('{a: {b: [0777]}}'), 'read-as-helm-does')).toMatchObject({
    path: 'services[0].operatorCRDConfiguration.helmChartDependencies[0].chartValues.a.b[0]',
    message: 'Helm reads `0777` as the number 511, and so it is sent.',
  });
  for (const number of ['12345678901234567890', '9007199254740993', '-9223372036854775807', '0xFFFFFFFFFFFFFFFF'])
    expect(problemOf(specWith(`{id: ${number}}`), 'inexact-number').cure).toBe(`Quote it: "${number}".`);
  expect(codes('{id: "12345678901234567890", size: 9007199254740991}')).toEqual([]);
  expect(codes('{a: .inf}')).toEqual(['error chart-value-not-json']);
});

it('the values of layers, too', () => {
  const layers = '[{name: a, scope: {"$sys.deploymentCell.environmentType": no}, values: {enabled: no}}]';
  expect(planOf(specWith(layers, 'layeredChartValues')).resources[0]?.charts[0]?.layeredChartValues).toMatchObject([
    { values: { enabled: false } },
  ]);
});
