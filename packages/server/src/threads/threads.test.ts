import { afterAll, describe, expect, it } from 'vitest';
import { openThreads, ThreadsBusyError, TooCostlyError } from './threads.js';

/** A module that answers by the words it is sent; `thread-side.js` is the built one, as in production. */
const side = new URL('../../dist/threads/thread-side.js', import.meta.url).href;
const file = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { threadId } from 'node:worker_threads';
    import { answerMessages } from '${side}';
    const deep = (level) => [deep(level + 1)];
    answerMessages((input) => {
      if (input === 'for ever') for (;;);
      if (input === 'much') for (const kept = []; ; ) kept.push(new Array(1e5).fill({}));
      if (input === 'deep') return deep(0);
      if (input === 'defect') throw new TypeError('a mistake');
      if (input === 'environment') return Object.keys(process.env).length;
      return input === 'thread' ? threadId : input;
    });
  `)}`,
);
const limits = { threads: 1, waiting: 1, milliseconds: 60_000, megabytes: 64 };
const opened: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(opened.map((one) => one.close())));

function open(changed: Partial<typeof limits & { idleMilliseconds: number }> = {}) {
  const threads = openThreads<string, string | number>(file, { ...limits, ...changed });
  opened.push(threads);
  return threads;
}

describe('threads', () => {
  it('answer, and are kept for the next piece of work', async () => {
    const threads = open();
    expect(await threads.run('a')).toBe('a');
    const first = await threads.run('thread');
    expect(await threads.run('thread')).toBe(first);
    expect(await threads.run('environment')).toBe(0);
  });

  it('are stopped where work takes too long, too much memory or too many levels, and the next piece goes well', async () => {
    const threads = open({ milliseconds: 3_000 });
    for (const [work, words] of [
      ['for ever', 'more than 3 s'],
      ['deep', 'nests too deeply'],
    ] as const) {
      const refused = threads.run(work);
      await expect(refused).rejects.toThrow(TooCostlyError);
      await expect(refused).rejects.toThrow(words);
    }
    const large = open().run('much');
    await expect(large).rejects.toThrow(TooCostlyError);
    await expect(large).rejects.toThrow('more than 64 MB');
    expect(await open().run('a')).toBe('a');
  });

  it('tell a defect from work that is too costly', async () => {
    const defect = open().run('defect');
    await expect(defect).rejects.toThrow('a mistake');
    await expect(defect).rejects.not.toBeInstanceOf(TooCostlyError);
  });

  it('let as many wait as may, and refuse the others at once; the event loop goes on', async () => {
    const threads = open({ threads: 2, waiting: 2, milliseconds: 3_000 });
    const under = ['for ever', 'for ever', 'a', 'b'].map((work) => threads.run(work));
    const settled = Promise.allSettled(under);
    await expect(threads.run('c')).rejects.toBeInstanceOf(ThreadsBusyError);
    expect((await settled).map((one) => (one.status === 'fulfilled' ? one.value : 'refused'))).toEqual(['refused', 'refused', 'a', 'b']);
    expect(await threads.run('c')).toBe('c');
  });

  it('are let go when there is nothing to do, and started again', async () => {
    const threads = open({ idleMilliseconds: 1 });
    const first = await threads.run('thread');
    await expect.poll(() => threads.run('thread')).not.toBe(first);
  });

  it('end with what is under way', async () => {
    const threads = open();
    const under = threads.run('for ever');
    const waiting = threads.run('a');
    const ended = Promise.allSettled([under, waiting]);
    await threads.close();
    expect((await ended).map((one) => one.status)).toEqual(['rejected', 'rejected']);
  });
});
