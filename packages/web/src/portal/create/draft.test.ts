import { expect, it } from 'vitest';
import { keepDraft, readDraft } from './draft';

const store = () => {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
};

it('a draft comes back without its secrets', () => {
  const own = store();
  keepDraft('pt-1', { region: 'eu', values: { size: '3', password: 'hush' } }, ['password'], own);
  expect(readDraft('pt-1', own)).toEqual({ region: 'eu', values: { size: '3' } });
  expect(readDraft('pt-2', own)).toEqual({});
});

it.each(['', 'no json', '7', 'null'])('what is no draft is none: %j', (text) =>
  expect(readDraft('pt-1', { getItem: () => text })).toEqual({}),
);
