import type { Change, ChangesMessage, Client } from '@cellplane/api/client';
import { ConnectionError, ResponseError } from '@cellplane/api/client';
import { expect, it, vi } from 'vitest';
import { TabConnection } from './tab-connection';

type Options = NonNullable<Parameters<Client['followChanges']>[0]>;

/** On a machine that is busy with other tests, too. */
const soon = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 5 });

/** A server whose streams are told what to send, and break off when told so. */
function scene() {
  const streams: { options: Options; send: (message: ChangesMessage) => void; end: (error?: Error) => void }[] = [];
  let refusal: Error | undefined;
  async function* follow(options: Options = {}): AsyncGenerator<ChangesMessage> {
    if (refusal !== undefined) throw refusal;
    const messages: ChangesMessage[] = [];
    let over: { error?: Error | undefined } | undefined;
    let wake = () => {};
    options.signal?.addEventListener('abort', () => ((over = {}), wake()));
    streams.push({ options, send: (message) => (messages.push(message), wake()), end: (error) => ((over = { error }), wake()) });
    for (;;) {
      const next = messages.shift();
      if (next !== undefined) yield next;
      else if (over !== undefined) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    if (over.error !== undefined) throw over.error;
  }
  const heard: (Change | 'gap')[] = [];
  const connection = new TabConnection({
    follow: follow as Client['followChanges'],
    onChange: (change) => heard.push(change),
    onGap: () => heard.push('gap'),
    firstPauseMs: 5,
    mostPauseMs: 10,
  });
  const opened = (count: number) => soon(() => expect(streams).toHaveLength(count));
  return { streams, heard, connection, opened, refuse: (error: Error | undefined) => (refusal = error) };
}
const ready = (id: string): ChangesMessage => ({ event: 'ready', data: {}, id });
const change = (id: string): ChangesMessage => ({ event: 'change', data: { noun: 'instances', id: 'i', at: '' }, id });
const becomes = (connection: TabConnection, state: string) => soon(() => expect(connection.state()).toBe(state));

it('goes on after the last message that was heard, and says meanwhile that the connection is lost', async () => {
  const { streams, heard, connection, opened, refuse } = scene();
  connection.begin();
  await opened(1);
  streams[0]?.send(ready('7'));
  await becomes(connection, 'live');
  streams[0]?.send(change('9'));
  await soon(() => expect(heard).toHaveLength(2));
  refuse(new ConnectionError('away'));
  streams[0]?.end(new ConnectionError('broken'));
  await becomes(connection, 'lost');
  refuse(undefined);
  await opened(2);
  expect(streams[1]?.options.after).toBe('9');
  streams[1]?.send(ready('9'));
  await becomes(connection, 'live');
  // What was loaded before the first stream is asked for anew; nothing was missed by the second.
  expect(heard.filter((one) => one === 'gap')).toHaveLength(1);
  streams[1]?.send({ event: 'gap', data: {}, id: '20' });
  await soon(() => expect(heard.filter((one) => one === 'gap')).toHaveLength(2));
  connection.rest();
  expect(connection.state()).toBe('resting');
});

it('is opened again for another set of instances, once for pages that come and go together', async () => {
  const { streams, connection, opened } = scene();
  connection.begin();
  await opened(1);
  streams[0]?.send(ready('1'));
  await becomes(connection, 'live');
  const told: unknown[] = [];
  const ends = [connection.follow('a', (news) => told.push(news)), connection.follow('b', () => {})];
  await opened(2);
  expect(streams[1]?.options).toMatchObject({ after: '1', instances: ['a', 'b'] });
  streams[1]?.send({ event: 'refused', data: { instanceId: 'a', message: 'There is none.' } });
  await soon(() => expect(told).toEqual([{ refusal: new Error('There is none.') }]));
  for (const end of ends) end();
  await opened(3);
  expect(streams[2]?.options.instances).toEqual([]);
  expect(connection.state()).toBe('live');
  connection.rest();
});

it('rests where the server refuses, until it is begun again', async () => {
  const { streams, connection, opened, refuse } = scene();
  refuse(new ResponseError(403, { name: 'forbidden', id: '', message: 'no', temporary: false, timeout: false, fault: false }));
  connection.begin();
  await becomes(connection, 'resting');
  refuse(undefined);
  connection.begin();
  await opened(1);
  expect(streams[0]?.options.after).toBeUndefined();
  connection.rest({ forget: true });
});
