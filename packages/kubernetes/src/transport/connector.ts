import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { ClusterAccess } from '../credentials/access.js';
import type { Material } from '../credentials/credentials.js';

/** How connections to this cluster are made with these credentials: TLS, the expected server name, an HTTP proxy if there is one. */
export function connectorTo(access: ClusterAccess, material: Material, timeoutMs: number): buildConnector.connector {
  const { certificateAuthority: ca, certificate: cert, key } = material;
  const direct = buildConnector({
    timeout: timeoutMs,
    // Half-open connections of a vanished host are found within a minute or so, not after two hours.
    keepAlive: true,
    keepAliveInitialDelay: 20_000,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(access.tlsServerName === undefined ? {} : { servername: access.tlsServerName }),
    ...(access.insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}),
  });
  const proxy = access.proxyUrl;
  if (proxy === undefined) return direct;
  return (options, callback) => {
    tunnel(new URL(proxy), options, timeoutMs).then(
      (socket) => (options.protocol === 'https:' ? direct({ ...options, httpSocket: socket }, callback) : callback(null, socket)),
      (error: unknown) => callback(error as Error, null),
    );
  };
}

/** A connection through an HTTP proxy (CONNECT, RFC 9110, 9.3.6). */
function tunnel(proxy: URL, to: buildConnector.Options, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const host = `${to.hostname}:${to.port === '' ? (to.protocol === 'https:' ? 443 : 80) : to.port}`;
    const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const headers = user === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
    const connect = (proxy.protocol === 'https:' ? requestTls : request)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : proxy.port,
      method: 'CONNECT',
      path: host,
      headers: { host, ...headers },
      agent: false,
    });
    const timer = setTimeout(() => connect.destroy(new Error(`the proxy ${proxy.host} did not connect in time`)), timeoutMs);
    connect.on('connect', (answer, socket) => {
      clearTimeout(timer);
      if (answer.statusCode === 200) resolve(socket);
      else {
        socket.destroy();
        reject(new Error(`the proxy ${proxy.host} refused the connection to ${host} with status ${answer.statusCode}`));
      }
    });
    connect.on('response', (answer) => connect.destroy(new Error(`the proxy ${proxy.host} answered ${answer.statusCode} to CONNECT`)));
    connect.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    connect.end();
  });
}
