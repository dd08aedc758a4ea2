/** What logs are made of: the container, the lines, how many are read at once. */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { findPod, containerOf } from './container.js';
import { newestLines } from './log.js';
import { batched } from './batches.js';
import { OpenReads } from './open-reads.js';

const T = '2026-01-01T00:00:0';
const masking = { text: (text: string) => text.replaceAll('hunter22', '***') };
const pod = (name: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main' }, { name: 'sidecar' }], initContainers: [{ name: 'init' }] },
});
const client = (answers: Partial<KubernetesClient>) => answers as KubernetesClient;

describe('the container', () => {
  const cell = client({
    list: (of) =>
      Promise.resolve({
        resourceVersion: '1',
        items: of.fieldSelector === 'metadata.name=pg-1' && of.namespace === 'mine' ? [pod('pg-1')] : [],
      }),
  });

  it('is one of a Pod of the namespace', async () => {
    expect((await findPod(cell, 'mine', 'pg-1')).metadata.name).toBe('pg-1');
  });

  it.each(['pg-2', '..', '../../kube-system/pods/x', 'pg-1,spec.nodeName=x', 'pg-1/log', 'PG', '', 'a'.repeat(300), 'pg-1%2f..'])(
    'is none of %j',
    async (name) => {
      await expect(findPod(cell, 'mine', name)).rejects.toMatchObject({ code: 'node-not-found' });
      await expect(findPod(cell, 'theirs', 'pg-1')).rejects.toMatchObject({ code: 'node-not-found' });
    },
  );

  it('is the one that is asked for, or the first that is not made to end', () => {
    expect([containerOf(pod('pg-1'), undefined), containerOf(pod('pg-1'), 'init')]).toEqual(['main', 'init']);
    expect(() => containerOf(pod('pg-1'), '../x')).toThrow(/no container "..\/x": it must be one of main, sidecar, init/);
  });
});

describe('the newest lines', () => {
  it('are masked', async () => {
    const logs = () => Promise.resolve(`${T}1Z with hunter22\n${T}2Z end`);
    expect(await newestLines(client({ logs }), { namespace: 'a', name: 'b', tail: 10 }, masking)).toEqual({
      lines: [
        { at: `${T}1Z`, text: 'with ***' },
        { at: `${T}2Z`, text: 'end' },
      ],
      truncated: false,
    });
  });

  it('are those that fit: fewer are asked for until the newest one is among them', async () => {
    const asked: (number | undefined)[] = [];
    const logs: KubernetesClient['logs'] = ({ tailLines = 0 }) => {
      asked.push(tailLines);
      return Promise.resolve(`${T}1Z ${'x'.repeat(1_000)}\n`.repeat(Math.min(tailLines, 1_030)).slice(0, 1_048_576));
    };
    const { lines, truncated } = await newestLines(client({ logs }), { namespace: 'a', name: 'b', tail: 5_000 }, masking);
    expect([asked, lines.length, truncated]).toEqual([[5_000, 1_250, 312], 312, true]);
  });

  it('of a container that waits are said to be none', async () => {
    const logs = () =>
      Promise.reject(new ApiError('container "main" is waiting to start: ContainerCreating', 400, 'BadRequest', 'permanent'));
    await expect(newestLines(client({ logs }), { namespace: 'a', name: 'b', tail: 1 }, masking)).rejects.toMatchObject({
      code: 'no-log',
      message: expect.stringContaining('ContainerCreating') as string,
    });
  });
});

describe('reads at the same time', () => {
  it('are bounded for an organization and in all, and free their place once', () => {
    const reads = new OpenReads('logs', { perOrganization: 1, inAll: 2 });
    const end = reads.begin('one');
    expect(() => reads.begin('one')).toThrow(/1 logs of your organization are open/);
    const other = reads.begin('two');
    expect(() => reads.begin('three')).toThrow(/on this server/);
    end();
    end();
    reads.begin('three');
    expect(() => reads.begin('one')).toThrow(/on this server/);
    other();
    expect(reads.begin('one')).toBeTypeOf('function');
  });
});

describe('what comes in bits', () => {
  async function* bits(...texts: (string | Promise<string>)[]) {
    for (const text of texts) yield await text;
  }
  const all = async (texts: AsyncIterable<string>, limits = {}) => {
    const batches: string[][] = [];
    for await (const batch of batched(texts, { most: 3, characters: 100, forMs: 5, ...limits })) batches.push(batch);
    return batches;
  };

  it('is put together as far as it fits', async () => {
    expect(await all(bits('a', 'b', 'c', 'd'))).toEqual([['a', 'b', 'c'], ['d']]);
    expect(await all(bits('a'.repeat(100), 'b'))).toEqual([['a'.repeat(100)], ['b']]);
    expect(await all(bits())).toEqual([]);
  });

  it('does not wait long for more', async () => {
    let later: (text: string) => void = () => {};
    const slow = new Promise<string>((resolve) => (later = resolve));
    const batches = batched(bits('a', slow), { most: 3, characters: 100, forMs: 1 });
    expect((await batches.next()).value).toEqual(['a']);
    later('b');
    expect((await batches.next()).value).toEqual(['b']);
  });

  it('is told before what broke it', async () => {
    const batches = batched(bits('a', Promise.reject(new Error('broken'))), { most: 3, characters: 100, forMs: 50 });
    expect((await batches.next()).value).toEqual(['a']);
    await expect(batches.next()).rejects.toThrow('broken');
  });
});
