import { expect, it } from 'vitest';
import { redrawing } from './redraw.js';

it('goes up over all rows that a terminal made of what was drawn, also when it has become narrower', () => {
  let written = '';
  const screen = { write: (text: string) => void (written += text), columns: 40 };
  const redraw = redrawing(screen);
  redraw([`\u001b[32m✓\u001b[0m ${'a'.repeat(38)}`, '', 'b']);
  expect(written).not.toMatch(/\[\d+A/);
  screen.columns = 20;
  written = '';
  redraw(['c']);
  // Two rows of the first line, one of each other.
  expect(written).toBe('\u001b[4A\u001b[2Kc\n\u001b[0J');
  written = '';
  redraw(['d']);
  expect(written).toContain('\u001b[1A');
});
