/** A provider with a plan and an instance, a receiver of notifications, and channels, for tests of this room. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Caller } from '@cellplane/api';
import { afterAll } from 'vitest';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { type Database, sql } from '../database/database.js';
import { until } from '../engine/engine.testing.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { createDeliverer, type DeliverDeps, type Deliverer } from './deliver.js';
import { notificationHandlers } from './handlers.js';

export interface Received {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** How it answers. */
  answer: (request: Received, response: ServerResponse) => void;
}

/** An HTTP server that notes what it gets. */
export async function openReceiver(): Promise<Receiver> {
  const receiver: Receiver = { url: '', received: [], answer: (_, response) => void response.end('ok') };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const received = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      receiver.received.push(received);
      receiver.answer(received, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
}

export const ALL = { alertTypes: [], environmentTypes: [], eventCategories: [], eventPriorities: [], eventTypes: [] };

/** The room on a test database: handlers, and deliverers with short times. */
export async function openNotifications(db: Database) {
  const sealer = createSealer(randomBytes(32));
  const { caller, handlers: catalog } = await testCatalog(db);
  const built = await catalog.buildServicePlanSpec({
    params: {},
    query: {},
    caller,
    body: {
      name: 'Postgres',
      environment: 'Dev',
      environmentType: 'DEV',
      fileContent: base64(testSpec()),
      dryrun: false,
      release: true,
      releaseAsPreferred: true,
    },
  });
  const handlers = notificationHandlers({ db, sealer, rules: { privateTargets: true, mail: false } });
  const ask = (params: object, body: unknown, as: Caller = caller, query: object = {}) => ({ params, query, body, caller: as }) as never;
  const deliverers: Deliverer[] = [];
  afterAll(async () => {
    for (const one of deliverers) await one.stop();
  });
  return {
    sealer,
    caller,
    handlers,
    mailHandlers: notificationHandlers({ db, sealer, rules: { privateTargets: true, mail: true } }),
    planId: built.productTierID,
    serviceId: built.serviceID,
    ask,
    deliverer: (more: Partial<DeliverDeps> = {}) => {
      const one = createDeliverer({ db, sealer, log: silentLogger, privateTargets: true, firstPauseMs: 1, deadlineMs: 2_000, ...more });
      deliverers.push(one);
      return one;
    },
    webhook: (name: string, url: string, more: object = {}, subscription: object = ALL) =>
      handlers.createNotificationChannel(ask({}, { name, subscription, webhook: { method: 'POST', url, ...more } })),
    test: async (id: string) => (await handlers.testNotificationChannel(ask({ id }, undefined))).id,
    history: async (id: string) => (await handlers.listChannelEvents(ask({ id }, undefined))).events,
    /** Turns until the delivery has this status. */
    reach: (deliverer: Deliverer, id: string, status: string) =>
      until(
        async () => {
          await deliverer.turn();
          const { rows } = await sql<{ status: string }>`select status from notification_deliveries where id = ${id}`.execute(db);
          return rows[0]?.status === status ? true : undefined;
        },
        `delivery ${id} to be ${status}`,
        20_000,
      ),
  };
}

/** A promise with its resolve. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
