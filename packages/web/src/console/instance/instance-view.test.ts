import { expect, it } from 'vitest';
import { instanceViewOf } from './instance-view';

it('keeps of an address what belongs to the part that is shown', () => {
  expect(instanceViewOf({ restore: 'moment', call: 'x', node: 'a' })).toEqual({ restore: 'moment' });
  expect(instanceViewOf({ tab: 'operations', restore: 'moment', form: 'audit', call: '' })).toEqual({ tab: 'operations', form: 'audit' });
  expect(instanceViewOf({ tab: 'logs', node: 'a', container: 'b', form: 'audit' })).toEqual({ tab: 'logs', node: 'a', container: 'b' });
  expect(instanceViewOf({ tab: 'nonsense' })).toEqual({});
});
