import { expect, it } from 'vitest';
import { chosenLanguage, pseudo } from './languages';

it.each([
  [['de-AT', 'en'], 'de'],
  [['fr', 'de'], 'de'],
  [['en-GB', 'de'], 'en'],
  [['fr'], 'en'],
  [['pseudo'], 'pseudo'],
  [[], 'en'],
])('who wants %j reads %s', (wishes, language) => {
  expect(chosenLanguage(wishes, ['de', 'pseudo'])).toBe(language);
});

it('a pseudo text is longer, and shows where it begins and ends', () => {
  expect(pseudo('Delete orders-db')).toBe('⟦Délété órdérs-db······⟧');
});
