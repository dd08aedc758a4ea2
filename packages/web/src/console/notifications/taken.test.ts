import { expect, it } from 'vitest';
import '../../app/messages';
import { takenWords } from './taken';

it('an empty filter takes everything', () => {
  const nothing = { alertTypes: [], environmentTypes: [], eventPriorities: [], eventCategories: [], eventTypes: [] };
  expect(takenWords(nothing)).toBe('everything');
  expect(takenWords({ ...nothing, alertTypes: ['Alarm'], environmentTypes: ['PROD', 'CANARY'] })).toBe('Alarm · PROD, CANARY');
});
