import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { dnsResolver, guardedLookup, type Resolve, TargetRefused } from './guarded-lookup.js';

/** A name server on this machine. `answer`: the addresses of IPv4 for a question, undefined for silence. */
async function nameServer(answer: () => number[][] | undefined): Promise<string> {
  const socket: Socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.on('message', (question, { port, address }) => {
    const found = answer();
    if (found === undefined) return;
    // The type is in the last four bytes of the question, before any additional record.
    let end = 12;
    while (question[end] !== 0) end += (question[end] ?? 0) + 1;
    const type = question.readUInt16BE(end + 1);
    const records = type === 1 ? found : [];
    const head = Buffer.from(question.subarray(0, 12));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt16BE(0, 10);
    const answers = records.map((bytes) => Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...bytes]));
    socket.send(Buffer.concat([head, question.subarray(12, end + 5), ...answers]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `127.0.0.1:${socket.address().port}`;
}

const lookUp = (resolve: Resolve) =>
  new Promise((done, fail) => {
    guardedLookup('CELLPLANE_WEBHOOK_PRIVATE_TARGETS', resolve)('hooks.example.com', { all: true }, (error, found) =>
      error === null ? done(found) : fail(error),
    );
  });

it('connects to what DNS answered when it was asked, if that is public', async () => {
  const answers = [
    [[93, 184, 216, 34]],
    [[127, 0, 0, 1]],
    [
      [93, 184, 216, 34],
      [10, 0, 0, 1],
    ],
  ];
  let asked = -1;
  // Asked for both families each time, in any order.
  const server = await nameServer(() => answers[Math.floor((asked += 1) / 2)]);
  const resolve = dnsResolver({ servers: [server] });
  expect(await lookUp(resolve)).toEqual([{ address: '93.184.216.34', family: 4 }]);
  await expect(lookUp(resolve)).rejects.toThrow(TargetRefused);
  await expect(lookUp(resolve)).rejects.toThrow('hooks.example.com stands at 10.0.0.1');
});

it('gives up a name server that is silent', async () => {
  const server = await nameServer(() => undefined);
  await expect(lookUp(dnsResolver({ servers: [server], questionMs: 50 }))).rejects.toMatchObject({ code: 'ETIMEOUT' });
});
