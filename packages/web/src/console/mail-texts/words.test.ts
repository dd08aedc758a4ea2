import { expect, it } from 'vitest';
import { inWords } from '../../kit/code-words';
import { mailTextSearchOf } from './mail-text-search';
import { inserted, written } from './words';

it('a placeholder goes where the cursor stands, in place of what is marked', () => {
  expect(inserted('Hello you', { start: 6, end: 9 }, written({ name: 'user_name' }))).toEqual({ text: 'Hello {{user_name}}', at: 19 });
  expect(inserted('', { start: 0, end: 0 }, '{{link}}')).toEqual({ text: '{{link}}', at: 8 });
});

it('kinds are words, and addresses hold nothing else', () => {
  expect(inWords('InstanceOperationFailed')).toBe('Instance operation failed');
  expect([mailTextSearchOf({ kind: 'ResetPassword', x: 1 }), mailTextSearchOf({ kind: 3 })]).toEqual([{ kind: 'ResetPassword' }, {}]);
});
