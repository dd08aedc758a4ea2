import { expect, it } from 'vitest';
import { plainMeaning } from './meaning';

it('takes the marks of Markdown away, and keeps the words', () => {
  expect(plainMeaning('`0.0.0.0` or `::`; put TLS in front ([production](production.md)).')).toBe(
    '0.0.0.0 or ::; put TLS in front (production).',
  );
});
