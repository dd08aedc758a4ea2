import { describe, expect, it } from 'vitest';
import { environmentTypeOf, givenEnvironmentType, knownEnvironmentType } from './environment-type.js';

describe('the type of an environment', () => {
  it.each([
    ['PROD', 'PROD'],
    [' prod ', 'PROD'],
    ['Production', 'PROD'],
    ['dev', 'DEV'],
  ])('is read from "%s"', (text, type) => {
    expect(environmentTypeOf(text)).toBe(type);
    expect(givenEnvironmentType(text)).toBe(type);
    expect(knownEnvironmentType(text)).toBe(type);
  });

  it.each([undefined, '', '  '])('is not given by %j', (text) => expect(givenEnvironmentType(text)).toBeUndefined());

  it.each(['LIVE', 'PRODUCTIONS', 'constructor', ''])('is not "%s"', (text) => {
    expect(knownEnvironmentType(text)).toBeUndefined();
    expect(() => environmentTypeOf(text)).toThrow('must be one of DEV, QA');
  });
});
