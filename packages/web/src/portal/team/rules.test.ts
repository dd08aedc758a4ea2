import { expect, it } from 'vitest';
import '../../app/messages';
import { addressesIn, whyFixed, whyNotGiven } from './rules';

const member = (userId: string, roleType: string) => ({ userId, roleType, name: 'Ada' });

it.each([
  ['an editor, by an admin', member('user-2', 'editor'), 'admin', undefined],
  ['a root, by an admin', member('user-2', 'root'), 'admin', /Only a root/],
  ['another root, by a root', member('user-2', 'root'), 'root', undefined],
  ['whoever began it', member('user-1', 'root'), 'root', /began the subscription/],
  ['somebody invited', member('', 'reader'), 'admin', undefined],
])('%s is changed or not', (_, who, roleType, why) => {
  expect(whyFixed(who, { rootUserId: 'user-1', roleType }) ?? 'changed').toMatch(why ?? /^changed$/);
});

it('only roots give the role of a root', () => {
  expect(whyNotGiven('root', 'admin')).toBeDefined();
  expect(whyNotGiven('root', 'root')).toBeUndefined();
  expect(whyNotGiven('admin', 'admin')).toBeUndefined();
});

it('addresses are found however they are separated, each once', () => {
  expect(addressesIn('a@x.example, b@x.example;c@x.example\n a@x.example ')).toEqual(['a@x.example', 'b@x.example', 'c@x.example']);
});
