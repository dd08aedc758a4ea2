import { expect, it, vi } from 'vitest';
import { openRefresh } from './refresh';

/** On a machine that is busy with other tests, too. */
const SOON = { timeout: 15_000, interval: 5 };

it('asks at once, and again only when the last answer has come', async () => {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const refresh = openRefresh({
    invalidate: (key) => (asked.push(key), new Promise<void>((resolve) => answers.push(resolve))),
    gatherMs: 1,
    apartMs: 1,
  });
  for (let n = 0; n < 50; n += 1) refresh({ noun: 'secrets' });
  await vi.waitFor(() => expect(asked).toEqual(['secrets']), SOON);
  refresh({ noun: 'secrets' });
  refresh({ noun: 'secrets' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked).toHaveLength(1);
  answers[0]?.();
  await vi.waitFor(() => expect(asked).toHaveLength(2), SOON);
  answers[1]?.();
  await new Promise((resolve) => setTimeout(resolve, 20));
  refresh({ noun: 'secrets' });
  await vi.waitFor(() => expect(asked).toHaveLength(3), SOON);
});
