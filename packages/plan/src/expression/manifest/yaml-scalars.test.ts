import { describe, expect, it } from 'vitest';
import { resolveNumberOrBoolean, resolvePlainKey, resolvePlainScalar } from './yaml-scalars.js';

describe('resolvePlainScalar', () => {
  // Answers of sigs.k8s.io/yaml 1.6.0 (YAMLToJSON), recorded.
  it.each<[string, string | number | boolean | null]>([
    ['null', null],
    ['~', null],
    ['Null', null],
    ['NULL', null],
    ['', null],
    ['nULL', 'nULL'],
    ['yes', true],
    ['Yes', true],
    ['y', true],
    ['Y', true],
    ['n', false],
    ['on', true],
    ['OFF', false],
    ['oN', 'oN'],
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['tRUE', 'tRUE'],
    ['1', 1],
    ['+1', 1],
    ['-1', -1],
    ['01', 1],
    ['017', 15],
    ['08', 8],
    ['09.5', 9.5],
    ['0o17', 15],
    ['0O17', 15],
    ['0o8', '0o8'],
    ['0x1F', 31],
    ['0X1f', 31],
    ['-0x1F', -31],
    ['+0x1F', 31],
    ['0b11', 3],
    ['-0b11', -3],
    ['+0b11', 3],
    ['0B11', 3],
    ['1_000', 1000],
    ['_1', '_1'],
    ['1__0', 10],
    ['1_', 1],
    ['0x_1', 1],
    ['0x1_F', 31],
    ['-_1', -1],
    ['1_e3', 1000],
    ['0777_7', 4095],
    ['1e3', 1000],
    ['1E3', 1000],
    ['1e+3', 1000],
    ['1.5e-3', 0.0015],
    ['1.', 1],
    ['.5', 0.5],
    ['.', '.'],
    ['-.5', -0.5],
    ['+.5', 0.5],
    ['1.0', 1],
    ['1.10', 1.1],
    ['1_0.5', 10.5],
    ['1.5_0', 1.5],
    ['inf', 'inf'],
    ['NaN', 'NaN'],
    ['1e400', '1e400'],
    ['1e-400', 0],
    ['1e21', 1e21],
    ['2001-01-01', '2001-01-01'],
    ['2001-01-01T00:00:00Z', '2001-01-01T00:00:00Z'],
    ['1:30', '1:30'],
    ['190:20:30', '190:20:30'],
    ['0', 0],
    ['-0', 0],
    ['00', 0],
    ['0x', '0x'],
    ['0x_', '0x_'],
    ['0b', '0b'],
    ['0b2', '0b2'],
    ['0xg', '0xg'],
    ['+', '+'],
    ['-', '-'],
    ['+-1', '+-1'],
    ['1e', '1e'],
    ['.e3', '.e3'],
    ['1.e3', 1000],
    ['0x1.8p1', '0x1.8p1'],
    ['<<', '<<'],
    ['=', '='],
    ['__', '__'],
    ['._5', '._5'],
  ])('reads %j as %j', (text, value) => {
    expect(resolvePlainScalar(text)).toBe(value);
  });

  // Where JSON or JavaScript has no such number, the text is kept instead of an error or a rounded number.
  it.each(['.inf', '-.Inf', '.nan', '9007199254740993', '-9223372036854775809', '0xFFFFFFFFFFFFFFFF', '9'.repeat(1000)])(
    'keeps %s as text',
    (text) => {
      expect(resolvePlainScalar(text)).toBe(text);
    },
  );

  it('makes keys as Kubernetes does', () => {
    expect(['yes', '0x10', '1.5', '1e3', '2001-01-01', 'a', '1_000', '~'].map(resolvePlainKey)).toEqual([
      'true',
      '16',
      '1.5',
      '1000',
      '2001-01-01',
      'a',
      '1000',
      undefined,
    ]);
  });

  it('has a form without null', () => {
    expect(['', '~', 'null', '5', 'on'].map(resolveNumberOrBoolean)).toEqual(['', '~', 'null', 5, true]);
  });
});
