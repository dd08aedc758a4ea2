import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.js';

async function read(bytes: Uint8Array, cuts: number[]): Promise<ServerSentEvent[]> {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  async function* chunks() {
    for (let index = 1; index < places.length; index += 1) yield bytes.subarray(places[index - 1], places[index]);
  }
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(chunks())) events.push(event);
  return events;
}

describe('readServerSentEvents', () => {
  const text =
    ': beat\n\nevent: progress\ndata: {"name":"Grüße 🐘"}\n\nid: 7\r\nevent: run-event\r\ndata: one\r\ndata:two\r\n\r\nevent: nothing\n\ndata: cut off';

  it('reads the same events however the stream is cut', async () => {
    const whole = [
      { event: 'progress', data: '{"name":"Grüße 🐘"}' },
      { event: 'run-event', id: '7', data: 'one\ntwo' },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 12 }), async (cuts) => {
        expect(await read(new TextEncoder().encode(text), cuts)).toEqual(whole);
      }),
    );
  });
});
