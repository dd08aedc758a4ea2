/** A simulated API server behind a door that knows tokens, may hang, and counts who asks for its version: for tests of access and health. */
import { createServer, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ClusterAccess, connect, type KubernetesClient, loadKubeconfig } from '@cellplane/kubernetes';
import { startSimulator } from '@cellplane/simulator';

export interface GuardedApiServer {
  /** A client that goes around the door. */
  client: KubernetesClient;
  /** Tokens that are let in. Taking one away does not end what it has opened. */
  tokens: Set<string>;
  /** While it is true, requests are taken and nothing is answered. */
  hangs: boolean;
  /** Requests for `/version`. */
  readonly versionsAsked: number;
  access(token: string): ClusterAccess;
  /** Ends all connections, watches too. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startGuardedApiServer(...tokens: string[]): Promise<GuardedApiServer> {
  const simulator = await startSimulator();
  const client = connect(loadKubeconfig({ text: simulator.kubeconfig }));
  const allowed = new Set(tokens);
  let versionsAsked = 0;
  let hangs = false;
  const refuse = (response: ServerResponse) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Unauthorized', message: 'Unauthorized', code: 401 }),
    );
  };
  const server = createServer((incoming, response) => {
    if (incoming.url === '/version') versionsAsked++;
    if (hangs) return;
    const token = /^Bearer (.*)$/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
    if (!allowed.has(token)) {
      refuse(response);
      return;
    }
    const headers = { ...incoming.headers, authorization: `Bearer ${simulator.token}` };
    const onward = request(
      `${simulator.url}${incoming.url ?? ''}`,
      { method: incoming.method, headers, ca: simulator.certificate },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    client,
    tokens: allowed,
    get hangs() {
      return hangs;
    },
    set hangs(value) {
      hangs = value;
    },
    get versionsAsked() {
      return versionsAsked;
    },
    access: (token) => ({ server: url, authorization: { kind: 'bearer', token: { data: token } } }),
    cut: () => server.closeAllConnections(),
    stop: async () => {
      await client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await simulator.stop();
    },
  };
}
