import { describe, expect, it } from 'vitest';
import { isNameTag, nameInTags } from './name-tag.js';

describe('the name of an instance', () => {
  it.each([
    [[{ key: 'Name', value: ' orders ' }], 'orders'],
    [
      [
        { key: 'team', value: 'shop' },
        { key: 'NAME', value: 'orders' },
      ],
      'orders',
    ],
    [[{ key: 'name', value: ' ' }], undefined],
    [[{ key: 'surname', value: 'x' }], undefined],
    [[], undefined],
  ])('in %j is %s', (tags, name) => {
    expect(nameInTags(tags)).toBe(name);
  });

  it('is a tag of its own in any case', () => {
    expect([isNameTag({ key: 'nAmE' }), isNameTag({ key: 'names' })]).toEqual([true, false]);
  });
});
