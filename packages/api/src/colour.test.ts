import { expect, it } from 'vitest';
import { contrast, leastContrast, mixed, readable, readColour, TEXT_CONTRAST, textOn } from './colour.js';

it('contrast is what WCAG says: 21 between black and white, 1 between the same', () => {
  expect([contrast('#000000', '#ffffff'), contrast('#ffffff', '#ffffff')]).toEqual([21, 1]);
  // The example that WCAG's own pages use.
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

it.each(['#ffd400', '#e0218a', '#102040', '#808080', '#ffffff', '#000000'])('%s becomes readable in both schemes', (colour) => {
  for (const scheme of ['light', 'dark'] as const) {
    const found = readable(colour, scheme);
    expect(leastContrast(found, scheme)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    expect(contrast(textOn(found), found)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
  }
});

it('what can be read already stays as it is', () => {
  expect([readable('#0753da', 'light'), mixed('#102030', '#ffffff', 0), mixed('#102030', '#ffffff', 1)]).toEqual([
    '#0753da',
    '#102030',
    '#ffffff',
  ]);
});

it('only six digits are a colour', () => {
  expect(['#0753DA', '#fff', 'red', '#12345g', '#0753da;'].map(readColour)).toEqual([
    '#0753da',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
