import { expect, it } from 'vitest';
import { keepDraft, readDraft } from './draft';

const store = () => {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
};

it('a draft comes back without its secrets', () => {
  const own = store();
  const of = { personId: 'user-1', planId: 'pt-1' };
  keepDraft(of, { region: 'eu', values: { size: '3', password: 'hush', ofAnotherVersion: 'hush' } }, ['size', 'zone'], own);
  expect(readDraft(of, own)).toEqual({ region: 'eu', values: { size: '3' } });
  expect(readDraft({ ...of, planId: 'pt-2' }, own)).toEqual({});
  expect(readDraft({ ...of, personId: 'user-2' }, own)).toEqual({});
});

it.each(['', 'no json', '7', 'null'])('what is no draft is none: %j', (text) =>
  expect(readDraft({ personId: 'user-1', planId: 'pt-1' }, { getItem: () => text })).toEqual({}),
);
