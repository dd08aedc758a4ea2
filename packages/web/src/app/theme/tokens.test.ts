import { contrast, MARK_CONTRAST, TEXT_CONTRAST } from '@cellplane/api/colour';
import { describe, expect, it } from 'vitest';
import { ACCENT, coloursOf, GROUNDS, onColour, SPEAKING } from './tokens';
import { MEANINGS, softHoverOf, softOf, variablesOf } from './variables';

/** A provider's accent: ours, a dark one, a bright one, and grey. */
const ACCENTS = [ACCENT, '#102040', '#ffd400', '#808080', '#e0218a'];

describe.each(['light', 'dark'] as const)('the %s colours', (scheme) => {
  describe.each(ACCENTS)('with the accent %s', (accent) => {
    const colours = coloursOf(scheme, accent);
    const grounds = GROUNDS.map((ground) => [ground, colours[ground]] as const);

    it.each(grounds)('text can be read on %s', (_, ground) => {
      for (const role of ['text', 'text-muted'] as const) expect(contrast(colours[role], ground)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    });

    it.each(SPEAKING)('%s can be read on what it stands on, and what stands on it', (role) => {
      for (const ground of ['background', 'surface', 'raised'] as const)
        expect(contrast(colours[role], colours[ground])).toBeGreaterThanOrEqual(TEXT_CONTRAST);
      expect(contrast(onColour(colours[role]), colours[role])).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    });

    it.each(SPEAKING)('%s can be read on its soft colour', (role) => {
      expect(contrast(colours[role], softOf(colours, role, scheme))).toBeGreaterThanOrEqual(TEXT_CONTRAST);
      expect(contrast(colours[role], softHoverOf(colours, role, scheme))).toBeGreaterThanOrEqual(MARK_CONTRAST);
      expect(contrast(colours.text, softHoverOf(colours, role, scheme))).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    });

    it('the edge of a control can be seen', () => {
      for (const [, ground] of grounds.slice(0, 3)) expect(contrast(colours.control, ground)).toBeGreaterThanOrEqual(MARK_CONTRAST);
    });
  });
});

it('both schemes set the same variables', () => {
  expect(Object.keys(variablesOf('light'))).toEqual(Object.keys(variablesOf('dark')));
  expect(Object.keys(variablesOf('light'))).toContain('--mantine-color-red-filled');
  expect(new Set(Object.values(MEANINGS))).toEqual(new Set(SPEAKING));
});
