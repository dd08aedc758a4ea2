import { expect, it } from 'vitest';
import { draftKey, keepDraft, readDraft } from './draft';

function memory() {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
}

it('keeps a draft for each person and plan', () => {
  const storage = memory();
  const key = draftKey('user-1', { plan: 'pt-1' });
  expect(keepDraft(storage, key, { text: 'name: x', at: '2026-01-02T03:04:05Z', base: '1.0' })).toBe(true);
  expect(readDraft(storage, key)).toEqual({ text: 'name: x', at: '2026-01-02T03:04:05Z', base: '1.0' });
  expect(readDraft(storage, draftKey('user-2', { plan: 'pt-1' }))).toBeUndefined();
  expect(readDraft(storage, draftKey('user-1', { product: 'Postgres' }))).toBeUndefined();
});

it('takes nothing else for a draft, and says where there is no room', () => {
  const storage = memory();
  storage.setItem('a', 'no JSON');
  storage.setItem('b', '{"text": 5}');
  expect([readDraft(storage, 'a'), readDraft(storage, 'b')]).toEqual([undefined, undefined]);
  const full = {
    setItem: () => {
      throw new Error('no room');
    },
  };
  expect(keepDraft(full, 'a', { text: '', at: '' })).toBe(false);
});
