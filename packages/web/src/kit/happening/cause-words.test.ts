import { expect, it } from 'vitest';
import { withoutCauses } from './cause-words';

it.each([
  ['task failed: not ready; Pod/a says in status.message: no space.', ['no space.'], 'Task failed: not ready'],
  ['task failed: not ready; Pod/a says: no space', ['no space'], 'Task failed: not ready'],
  ['task failed: not ready', ['no space'], 'Task failed: not ready'],
  ['task failed; Pod/a says: no space; and this besides', ['no space'], 'Task failed; Pod/a says: no space; and this besides'],
  ['no space', ['no space'], 'No space'],
  ['terminated by a person', [''], 'Terminated by a person'],
])('%s, under which %s stands', (message, words, shown) =>
  expect(
    withoutCauses(
      message,
      words.map((one) => ({ words: one })),
    ),
  ).toBe(shown),
);
