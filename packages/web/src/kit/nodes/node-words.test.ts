import { describe, expect, it } from 'vitest';
import { bytes, cores } from './node-words';

describe('amounts', () => {
  it.each([
    [512, '512 B'],
    [2 ** 20 * 1.5, '1.5 MiB'],
    [2 ** 30, '1 GiB'],
    [3 * 2 ** 40, '3 TiB'],
  ])('%d bytes are %s', (amount, text) => expect(bytes(amount)).toBe(text));

  it.each([
    [0.0012, '0.001'],
    [0.02, '0.02'],
    [2, '2'],
    [1.25, '1.25'],
  ])('%d cores are %s', (amount, text) => expect(cores(amount)).toBe(text));
});
