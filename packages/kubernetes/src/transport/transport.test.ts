import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer as createProxy } from 'node:http';
import { type AddressInfo, connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterAccess } from '../credentials/access.js';
import { json, startTestServer, statusBody, type TestServer } from '../api-server.testing.js';
import { type Certificates, makeCertificates } from '../certificates.testing.js';
import { connect } from '../client.js';
import type { KubernetesClient } from '../model.js';

let certificates: Certificates;
let server: TestServer;
const clients: KubernetesClient[] = [];

beforeAll(() => {
  certificates = makeCertificates('api.test');
});
afterAll(() => certificates.remove());

beforeEach(async () => {
  const { ca, server: own } = certificates;
  server = await startTestServer(
    (request, response, socket) => {
      const { subject } = (socket as TLSSocket).getPeerCertificate();
      json(response, { who: subject?.CN ?? null, authorization: request.headers.authorization ?? null });
    },
    { ...own, ca, requestCert: true, rejectUnauthorized: false },
  );
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server.stop();
});

function open(access: Partial<ClusterAccess>): KubernetesClient {
  const client = connect({ server: server.url, tlsServerName: 'api.test', certificateAuthority: { data: certificates.ca }, ...access });
  clients.push(client);
  return client;
}

describe('TLS', () => {
  it('trusts the authority that is given, and expects the name that is given', async () => {
    await expect(open({}).raw('/x')).resolves.toMatchObject({ who: null });
    const rejected = { reason: 'TlsFailed', outcome: 'transient', status: 0 };
    await expect(open({ tlsServerName: 'other.test' }).raw('/x')).rejects.toMatchObject(rejected);
    const stranger = connect({ server: server.url, tlsServerName: 'api.test' });
    clients.push(stranger);
    await expect(stranger.raw('/x')).rejects.toMatchObject(rejected);
    const plain = await startTestServer((_request, response) => json(response, {}));
    await expect(open({ server: plain.url.replace('http:', 'https:') }).raw('/x')).rejects.toMatchObject(rejected);
    await plain.stop();
  });

  it('accepts anything where told to', async () => {
    const careless = connect({ server: server.url, insecureSkipTlsVerify: true });
    clients.push(careless);
    await expect(careless.raw('/x')).resolves.toMatchObject({ who: null });
  });

  it('shows its client certificate, from files too', async () => {
    const { client, folder } = certificates;
    await expect(
      open({ clientCertificate: { certificate: { data: client.cert }, key: { data: client.key } } }).raw('/x'),
    ).resolves.toMatchObject({ who: 'tester' });
    const files = { certificate: { file: join(folder, 'client.crt') }, key: { file: join(folder, 'client.key') } };
    await expect(open({ clientCertificate: files }).raw('/x')).resolves.toMatchObject({ who: 'tester' });
  });

  it('says which file is missing', async () => {
    const files = { certificate: { file: '/nonexistent/client.crt' }, key: { file: '/nonexistent/client.key' } };
    await expect(open({ clientCertificate: files }).raw('/x')).rejects.toMatchObject({
      reason: 'CredentialsUnavailable',
      outcome: 'transient',
      message: expect.stringContaining('client-certificate file /nonexistent/client.crt'),
    });
  });
});

describe('credentials on the wire', () => {
  it('basic and bearer', async () => {
    const basic = open({ authorization: { kind: 'basic', username: 'u', password: 'pä:' } });
    await expect(basic.raw('/x')).resolves.toMatchObject({ authorization: `Basic ${Buffer.from('u:pä:').toString('base64')}` });
    await expect(open({ authorization: { kind: 'bearer', token: { data: 't\n' } } }).raw('/x')).resolves.toMatchObject({
      authorization: 'Bearer t',
    });
  });

  it('a token file that has changed is read again when the old token is refused, and the call goes through', async () => {
    const file = join(certificates.folder, 'token');
    writeFileSync(file, 'old');
    const client = open({ authorization: { kind: 'bearer', token: { file } } });
    await expect(client.raw('/x')).resolves.toMatchObject({ authorization: 'Bearer old' });
    writeFileSync(file, 'new');
    // Within a minute the file is not looked at.
    await expect(client.raw('/x')).resolves.toMatchObject({ authorization: 'Bearer old' });
    server.answer = (request, response) => {
      if (request.headers.authorization === 'Bearer new') json(response, { ok: true });
      else json(response, statusBody(401, 'Unauthorized', 'Unauthorized'), 401);
    };
    await expect(client.raw('/x')).resolves.toEqual({ ok: true });
    writeFileSync(file, 'wrong');
    server.answer = (_request, response) => json(response, statusBody(401, 'Unauthorized', 'Unauthorized'), 401);
    await expect(client.raw('/x')).rejects.toMatchObject({ status: 401, reason: 'Unauthorized', outcome: 'transient' });
  });

  it('a plugin is run again when its token is refused; its certificate is shown', async () => {
    const script = join(certificates.folder, 'plugin.mjs');
    const count = join(certificates.folder, 'count');
    writeFileSync(count, '');
    writeFileSync(
      script,
      `import { appendFileSync, readFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(count)}, '.');
       const status = { token: 't' + readFileSync(${JSON.stringify(count)}, 'utf8').length,
         clientCertificateData: readFileSync('client.crt', 'utf8'), clientKeyData: readFileSync('client.key', 'utf8') };
       console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));`,
    );
    const client = open({
      authorization: {
        kind: 'exec',
        plugin: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: '/bin/sh',
          args: ['-c', `cd '${certificates.folder}' && exec '${process.execPath}' plugin.mjs`],
          env: [],
          interactiveMode: 'Never',
          provideClusterInfo: false,
        },
      },
    });
    await Promise.all([1, 2, 3].map(() => client.raw('/x')));
    await expect(client.raw('/x')).resolves.toEqual({ who: 'tester', authorization: 'Bearer t1' });
    server.answer = (request, response) => {
      if (request.headers.authorization === 'Bearer t2') json(response, { ok: true });
      else json(response, statusBody(401, 'Unauthorized', 'Unauthorized'), 401);
    };
    await expect(client.raw('/x')).resolves.toEqual({ ok: true });
    expect(readFileSync(count, 'utf8')).toBe('..');
  });
});

describe('proxy', () => {
  it('is asked for a tunnel, with its password; its refusal is named', async () => {
    const asked: string[] = [];
    let isOpen = true;
    const sockets = new Set<Socket>();
    const proxy = createProxy();
    proxy.on('connect', (request, socket: Socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
      if (!isOpen) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const target = dial(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      for (const each of [target, socket]) {
        sockets.add(each);
        each.on('error', () => {});
      }
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const proxyUrl = `http://user:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}/`;
    const client = open({ proxyUrl });
    await expect(client.raw('/x')).resolves.toMatchObject({ who: null });
    expect(asked).toEqual([`127.0.0.1:${server.port} Basic ${Buffer.from('user:secret').toString('base64')}`]);
    isOpen = false;
    const refused = open({ proxyUrl });
    const error = await refused.raw('/x').catch((reason: unknown) => reason as Error);
    expect(error).toMatchObject({ outcome: 'transient', message: expect.stringContaining('407') });
    expect((error as Error).message).not.toContain('secret');
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await once(proxy, 'close');
  });
});
