import { describe, expect, it } from 'vitest';
import { Discovery } from './discovery.js';
import { ApiError } from './failure/errors.js';

const GADGETS = {
  resources: [
    { name: 'gadgets', kind: 'Gadget', namespaced: true },
    { name: 'gadgets/status', kind: 'Gadget', namespaced: true },
  ],
};

function setup(read: (path: string) => Promise<unknown>) {
  const state = { time: 0, reads: [] as string[], read };
  const discovery = new Discovery(
    (path) => {
      state.reads.push(path);
      return state.read(path);
    },
    { label: 'cell x', now: () => state.time },
  );
  return { state, discovery };
}

const absent = () => Promise.reject(new ApiError('404 page not found', 404, 'NotFound', 'permanent'));

describe('Discovery', () => {
  it('asks once for all who ask at the same time, then not for a minute', async () => {
    const { state, discovery } = setup(() => Promise.resolve(GADGETS));
    const found = await Promise.all([1, 2, 3].map(() => discovery.find('example.com/v1', 'Gadget')));
    expect(found[0]).toEqual({ apiVersion: 'example.com/v1', kind: 'Gadget', plural: 'gadgets', namespaced: true, verbs: [] });
    state.time = 59_999;
    await discovery.find('example.com/v1', 'Gadget');
    expect(state.reads).toEqual(['/apis/example.com/v1']);
    state.time = 60_000;
    await discovery.find('example.com/v1', 'Gadget');
    expect(state.reads).toHaveLength(2);
  });

  it('remembers a miss for a second, so that a new CRD is found soon', async () => {
    const { state, discovery } = setup(absent);
    const miss = { reason: 'KindNotServed', outcome: 'transient', message: 'kind Gadget of example.com/v1 is not served by cell x' };
    await expect(discovery.find('example.com/v1', 'Gadget')).rejects.toMatchObject(miss);
    state.time = 999;
    await expect(discovery.find('example.com/v1', 'Gadget')).rejects.toMatchObject(miss);
    expect(state.reads).toHaveLength(1);
    state.time = 1_000;
    state.read = () => Promise.resolve(GADGETS);
    await expect(discovery.find('example.com/v1', 'Gadget')).resolves.toMatchObject({ plural: 'gadgets' });
  });

  it('asks again at once for a kind that the held list does not have', async () => {
    const { state, discovery } = setup(() => Promise.resolve(GADGETS));
    await discovery.find('example.com/v1', 'Gadget');
    state.time = 2_000;
    state.read = () => Promise.resolve({ resources: [...GADGETS.resources, { name: 'widgets', kind: 'Widget', namespaced: false }] });
    await expect(discovery.find('example.com/v1', 'Widget')).resolves.toMatchObject({ plural: 'widgets', namespaced: false });
  });

  it('passes on that the API server is away, and does not take it for an answer', async () => {
    const { state, discovery } = setup(() => Promise.reject(new ApiError('refused', 0, 'ConnectionRefused', 'transient')));
    await expect(discovery.find('v1', 'Pod')).rejects.toMatchObject({ reason: 'ConnectionRefused' });
    state.read = () => Promise.resolve({ resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] });
    await expect(discovery.find('v1', 'Pod')).resolves.toMatchObject({ plural: 'pods' });
  });

  it('asks again after it was told that a kind is gone', async () => {
    const { state, discovery } = setup(() => Promise.resolve(GADGETS));
    await discovery.find('example.com/v1', 'Gadget');
    discovery.forget('example.com/v1');
    expect(discovery.known('example.com/v1', 'Gadget')).toBeUndefined();
    await discovery.find('example.com/v1', 'Gadget');
    expect(state.reads).toHaveLength(2);
  });

  it('lets each caller wait only as long as it may', async () => {
    const { discovery } = setup(() => new Promise(() => {}));
    await expect(discovery.find('v1', 'Pod', { timeoutMs: 5 })).rejects.toMatchObject({ reason: 'Timeout', outcome: 'transient' });
    await expect(discovery.find('v1', 'Pod', { signal: AbortSignal.abort() })).rejects.toMatchObject({ reason: 'Aborted' });
  });

  it.each(['', 'a/b', '../x', 'Kind?'])('refuses the kind %j', async (kind) => {
    const { discovery } = setup(() => Promise.resolve(GADGETS));
    await expect(discovery.find('v1', kind)).rejects.toMatchObject({ reason: 'InvalidRequest' });
  });
});
