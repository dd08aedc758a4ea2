/** The way to a cell, which a test may cut: connections are passed on, refused, or taken and never answered. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export type WireState = 'whole' | 'cut' | 'silent';

export interface Wire {
  port: number;
  /** Changes it for new connections and those that are open. */
  become(state: WireState): Promise<void>;
  close(): Promise<void>;
}

function swallow([near, far]: [Socket, Socket]): void {
  near.unpipe(far);
  far.unpipe(near);
  near.pause();
  far.pause();
}

/** Passes connections on to a port of this machine. */
export async function openWire(target: number): Promise<Wire> {
  let state: WireState = 'whole';
  const pairs = new Set<[Socket, Socket]>();
  const taken = new Set<Socket>();
  const server = createServer((near) => {
    taken.add(near);
    near.on('close', () => taken.delete(near));
    near.on('error', () => near.destroy());
    if (state === 'silent') return;
    const far = connect(target, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    far.on('error', () => near.destroy());
    for (const end of pair) end.on('close', () => pairs.delete(pair) && pair.forEach((one) => one.destroy()));
    near.pipe(far).pipe(near);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const drop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const one of taken) one.destroy();
    await closed;
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async become(next) {
      const before = state;
      state = next;
      // What is on the way stays there, as behind a firewall that begins to swallow.
      if (next === 'silent') for (const pair of pairs) swallow(pair);
      if (next === 'cut') await drop();
      if (before === 'cut' && next !== 'cut') await listen(port);
      if (next === 'whole') for (const one of taken) one.destroy();
    },
    close: async () => {
      for (const pair of pairs) for (const end of pair) end.destroy();
      if (server.listening) await drop();
    },
  };
}
