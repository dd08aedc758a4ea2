import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { json, statusBody } from '../api-server.testing.js';
import { connect } from '../client.js';
import { type Informer, type InformerOptions, type ReportedChange, startInformer } from './informer.js';
import type { KubernetesClient } from '../model.js';
import { type Store, startStore } from '../store.testing.js';

const OF = { apiVersion: 'v1', kind: 'ConfigMap' };
const QUICK: InformerOptions = { backoffMs: { first: 2, max: 10 }, kindRetryMs: 5 };
let store: Store;
let client: KubernetesClient;
let informer: Informer;
let changes: string[];
let states: string[];

beforeEach(async () => {
  store = await startStore();
  client = connect({ server: store.server.url }, { discovery: { missMs: 0 } });
  changes = [];
  states = [];
});

afterEach(async () => {
  await informer.stop();
  await client.close();
  await store.server.stop();
});

const words = ({ type, object }: ReportedChange): string => `${type} ${object.metadata.name} ${JSON.stringify(object['data'])}`;

function start(options: InformerOptions = {}, onChange?: (change: ReportedChange) => void | Promise<void>): Informer {
  informer = startInformer(
    client,
    OF,
    {
      onChange: onChange ?? ((change) => void changes.push(words(change))),
      onState: (state, reason) => states.push(reason === undefined ? state : `${state}: ${reason}`),
    },
    { ...QUICK, ...options },
  );
  return informer;
}

/** Waits until the condition holds; checked after each turn in which something can have happened. */
const until = (condition: () => void): Promise<void> => vi.waitFor(condition, { timeout: 10_000, interval: 2 });
const live = (): Promise<void> => until(() => expect(informer.state).toBe('live'));

describe('an informer', () => {
  it('lists, then follows', async () => {
    store.put('a', { x: '1' });
    await start().ready;
    expect(changes).toEqual(['ADDED a {"x":"1"}']);
    await live();
    store.put('a', { x: '2' });
    store.put('b', {});
    store.remove('a');
    await until(() => expect(changes).toHaveLength(4));
    expect(changes.slice(1)).toEqual(['MODIFIED a {"x":"2"}', 'ADDED b {}', 'DELETED a {"x":"2"}']);
    expect(informer.keys()).toEqual(['ns/b']);
    expect(informer.get({ namespace: 'ns', name: 'b' })?.metadata).not.toHaveProperty('managedFields');
    expect(informer.lastSync).toBeInstanceOf(Date);
    expect(states).toEqual(['syncing', 'live']);
    expect(store.lists()).toBe(1);
  });

  it('resumes from the last version, seen in an event or in a bookmark, when the server ends the watch', async () => {
    await start().ready;
    await live();
    const event = store.put('a', {}).metadata.resourceVersion;
    await until(() => expect(changes).toHaveLength(1));
    store.endWatches();
    await until(() => expect(store.watches()).toHaveLength(2));
    const before = informer.lastSync;
    const bookmark = store.bookmark();
    await until(() => expect(informer.lastSync).not.toBe(before));
    store.endWatches();
    await until(() => expect(store.watches()).toHaveLength(3));
    const versions = store.watches().map(({ url }) => new URL(url, 'http://x').searchParams.get('resourceVersion'));
    expect(versions).toEqual(['10', event, bookmark]);
    expect(store.lists()).toBe(1);
  });

  it('resumes after a reset, and misses nothing that happened meanwhile', async () => {
    await start().ready;
    await live();
    store.put('a', { x: '1' });
    await until(() => expect(changes).toHaveLength(1));
    store.server.reset();
    store.put('a', { x: '2' });
    store.remove('a');
    store.put('a', { x: '3' });
    await until(() => expect(changes).toHaveLength(4));
    expect(changes.slice(1)).toEqual(['MODIFIED a {"x":"2"}', 'DELETED a {"x":"2"}', 'ADDED a {"x":"3"}']);
    expect(states.some((state) => state.startsWith('disconnected: '))).toBe(true);
    await live();
    expect(store.lists()).toBe(1);
  });

  it('lists again where its version is too old, and reports the difference', async () => {
    store.put('gone', {});
    store.put('changed', { x: '1' });
    store.put('same', {});
    store.put('replaced', { x: 'old' });
    await start().ready;
    await live();
    changes = [];
    store.fault = (_request, response) => json(response, statusBody(503, 'ServiceUnavailable', 'starting'), 503);
    store.server.reset();
    store.remove('gone');
    store.put('changed', { x: '2' });
    store.put('new', {});
    store.remove('replaced');
    store.put('replaced', { x: 'new' });
    store.forgetHistory();
    await until(() => expect(states.at(-1)).toBe('disconnected: starting'));
    store.fault = undefined;
    await until(() => expect(changes).toHaveLength(5));
    await live();
    expect(changes.sort()).toEqual([
      'ADDED new {}',
      'ADDED replaced {"x":"new"}',
      'DELETED gone {}',
      'DELETED replaced {"x":"old"}',
      'MODIFIED changed {"x":"2"}',
    ]);
  });

  it('lists again on an ERROR event with 410, too', async () => {
    await start().ready;
    await live();
    store.fault = (request, response) => {
      if (!request.url.includes('watch=1')) return;
      store.fault = undefined;
      response.end(`${JSON.stringify({ type: 'ERROR', object: statusBody(410, 'Expired', 'too old') })}\n`);
    };
    store.endWatches();
    await until(() => expect(store.lists()).toBe(2));
    await live();
  });

  it('waits for a kind that is not served yet', async () => {
    store.put('a', {});
    store.fault = (_request, response) => json(response, { kind: 'APIResourceList', resources: [] });
    start();
    await until(() => expect(states).toContain(`disconnected: kind ConfigMap of v1 is not served by ${store.server.url}`));
    store.fault = undefined;
    await informer.ready;
    expect(changes).toEqual(['ADDED a {}']);
  });

  it('reports the end of its objects when their kind goes away and comes back', async () => {
    store.put('a', {});
    await start().ready;
    await live();
    store.fault = (request, response) => {
      if (request.url === '/api/v1') json(response, { resources: [] });
      else json(response, statusBody(404, 'NotFound', 'the server could not find the requested resource'), 404);
    };
    store.endWatches();
    await until(() => expect(states.at(-1)).toMatch(/^disconnected: kind ConfigMap of v1 is not served/));
    expect(informer.keys()).toEqual(['ns/a']);
    store.remove('a');
    store.forgetHistory();
    store.fault = undefined;
    await until(() => expect(changes).toEqual(['ADDED a {}', 'DELETED a {}']));
    expect(informer.keys()).toEqual([]);
  });

  it('lives on where a report of its state fails', async () => {
    const warned: unknown[] = [];
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation((...args) => void warned.push(args[0]));
    informer = startInformer(client, OF, {
      onChange: ({ object }) => void changes.push(object.metadata.name),
      onState: () => {
        throw new Error('log full');
      },
    });
    await live();
    store.put('a', {});
    await until(() => expect(changes).toEqual(['a']));
    warning.mockRestore();
    expect(String(warned[0])).toContain('log full');
  });

  it('gives changes one after the other, however long a handler takes', async () => {
    const order: string[] = [];
    let release: (() => void) | undefined;
    start({}, async (change) => {
      order.push(`begin ${words(change)}`);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push(`end ${words(change)}`);
    });
    await informer.ready;
    await live();
    store.put('a', { x: '1' });
    store.put('a', { x: '2' });
    store.put('b', {});
    for (let count = 1; count <= 3; count += 1) {
      await until(() => expect(order).toHaveLength(2 * count - 1));
      release?.();
    }
    await until(() => expect(order).toHaveLength(6));
    expect(order.map((entry) => entry.split(' ').slice(0, 3).join(' '))).toEqual([
      'begin ADDED a',
      'end ADDED a',
      'begin MODIFIED a',
      'end MODIFIED a',
      'begin ADDED b',
      'end ADDED b',
    ]);
  });

  it('brings a change again where its handler failed', async () => {
    let failures = 2;
    start({}, (change) => {
      changes.push(words(change));
      if (change.object.metadata.name === 'b' && failures > 0) {
        failures -= 1;
        throw new Error('database away');
      }
    });
    await informer.ready;
    await live();
    store.put('a', {});
    store.put('b', {});
    store.put('c', {});
    await until(() => expect(informer.keys().sort()).toEqual(['ns/a', 'ns/b', 'ns/c']));
    expect(changes.filter((change) => change === 'ADDED b {}')).toHaveLength(3);
    expect(changes.filter((change) => change === 'ADDED a {}')).toHaveLength(1);
    expect(states.some((state) => state.includes('database away'))).toBe(true);
  });

  it('keeps only what it is asked to keep; relist finds what it begins to keep', async () => {
    const wanted = new Set(['a']);
    store.put('a', {});
    store.put('b', {});
    start({ keep: (object) => wanted.has(object.metadata.name) });
    await informer.ready;
    await live();
    expect(informer.keys()).toEqual(['ns/a']);
    wanted.add('b');
    wanted.delete('a');
    await informer.relist();
    expect(informer.keys()).toEqual(['ns/b']);
    expect(changes).toEqual(['ADDED a {}', 'ADDED b {}']);
    wanted.clear();
    informer.forget({ namespace: 'ns', name: 'b' });
    expect(informer.keys()).toEqual([]);
  });

  it('lists again from time to time', async () => {
    start({ relistMs: 20 });
    await until(() => expect(store.lists()).toBeGreaterThanOrEqual(3));
  });

  it('opens a silent watch again without calling it broken', async () => {
    start({ idleTimeoutMs: 20 });
    await until(() => expect(store.watches().length).toBeGreaterThanOrEqual(3));
    expect(states).toEqual(['syncing', 'live']);
    expect(store.lists()).toBe(1);
  });

  it('stops in every state, and says so to who waits', async () => {
    store.fault = () => {};
    start();
    await until(() => expect(store.server.seen.length).toBeGreaterThan(0));
    await informer.stop();
    await expect(informer.ready).rejects.toMatchObject({ reason: 'Aborted' });
    await expect(informer.relist()).resolves.toBeUndefined();
  });

  it('asks ever more slowly a server that ends every watch at once', async () => {
    const times: number[] = [];
    store.fault = (request, response) => {
      if (request.url.includes('watch=1')) {
        times.push(performance.now());
        response.end();
      } else if (request.url === '/api/v1') json(response, { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] });
      else json(response, { metadata: { resourceVersion: '1' }, items: [] });
    };
    start({ backoffMs: { first: 20, max: 1_000 } });
    await until(() => expect(times.length).toBeGreaterThanOrEqual(4));
    // At least half of 20, 40 and 80 ms lie between the four.
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(60);
  });
});
