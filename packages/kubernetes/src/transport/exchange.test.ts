import { expect, it } from 'vitest';
import type { Dispatcher } from 'undici';
import { exchange } from './exchange.js';

it('sends nothing after its time, though the timer has not come yet: the process was suspended', async () => {
  const aborted: Error[] = [];
  const controller = { abort: (error: Error) => void aborted.push(error) } as unknown as Dispatcher.DispatchController;
  const dispatcher = {
    dispatch: (_options: unknown, handler: Dispatcher.DispatchHandler) => {
      const until = performance.now() + 30;
      while (performance.now() < until);
      handler.onRequestStart?.(controller, {});
      return true;
    },
  } as unknown as Dispatcher;
  const request = { method: 'PATCH' as const, path: '/x', headers: {} };
  await expect(exchange(dispatcher, 'https://api.test', request, { timeoutMs: 10, maxBodyBytes: 1 })).rejects.toMatchObject({
    reason: 'Timeout',
    outcome: 'transient',
  });
  expect(aborted).toHaveLength(1);
});
