import { expect, it } from 'vitest';
import { LostAnswers } from './lost-answers.js';

let time = 0;
function world() {
  let made = 0;
  const keys: string[] = [];
  const lost = new LostAnswers(
    () => `key-${(made += 1)}`,
    () => (time += 1),
  );
  const send = (text: string | undefined, answer: () => unknown = () => 'done') =>
    lost
      .sending(text, async (key) => {
        keys.push(key);
        return answer();
      })
      .catch(() => undefined);
  return { keys, send };
}
const gone = () => {
  throw new Error('no answer');
};
const refused =
  (status: number, code = '') =>
  () => {
    throw Object.assign(new Error('refused'), { status, body: { code } });
  };

it('what is sent again after its answer was lost goes with the same key, until it is answered', async () => {
  const { keys, send } = world();
  for (const answer of [gone, refused(500), refused(409, 'idempotency-key-in-use'), () => 'done']) await send('create', answer);
  await send('create');
  expect(keys).toEqual(['key-1', 'key-1', 'key-1', 'key-1', 'key-2']);
});

it('what was answered, and what says something else, has a key of its own', async () => {
  const { keys, send } = world();
  await send('create', refused(400));
  await send('create', gone);
  await send('create with another name', gone);
  expect(keys).toEqual(['key-1', 'key-2', 'key-3']);
});

it('whoever has done something else since means it anew', async () => {
  const { keys, send } = world();
  await send('start', gone);
  await send(undefined);
  await send('start');
  expect(keys).toEqual(['key-1', 'key-2', 'key-3']);
});

it('several that were lost are sent again one after the other', async () => {
  const { keys, send } = world();
  await Promise.all([send('a', gone), send('b', gone), send('c')]);
  await send('a');
  await send('b');
  expect(keys).toEqual(['key-1', 'key-2', 'key-3', 'key-1', 'key-2']);
});

it('of several that say the same at once, one takes the key', async () => {
  const { keys, send } = world();
  await send('create', gone);
  await Promise.all([send('create'), send('create')]);
  expect(keys).toEqual(['key-1', 'key-1', 'key-2']);
});

it('after a while it is something new', async () => {
  const { keys, send } = world();
  await send('create', gone);
  time += 10 * 60_000;
  await send('create');
  expect(keys).toEqual(['key-1', 'key-2']);
});
