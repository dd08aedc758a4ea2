import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openSink } from './line-sink.js';

const root = await mkdtemp('/tmp/cellplane-sink-');
afterAll(() => rm(root, { recursive: true, force: true }));
const notice = (lines: number, reason: string) => `[${lines} missing: ${reason}]\n`;

function failing(code: string): never {
  throw Object.assign(new Error(code), { code });
}

/** A place to write that does what it is told. */
function fakePlace() {
  const place = { text: '', does: 'takes' as string, room: Number.POSITIVE_INFINITY };
  const put = (bytes: Buffer) => {
    if (place.does !== 'takes') failing(place.does);
    if (place.room === 0) failing('EAGAIN');
    const written = Math.min(place.room, bytes.length);
    place.room -= written;
    place.text += bytes.subarray(0, written).toString();
    return written;
  };
  return { place, put };
}

describe('openSink', () => {
  it('leaves out what a full disk or a gone reader refuses, and says how much once it can', () => {
    const { place, put } = fakePlace();
    const sink = openSink(-1, { notice, put });
    sink.write('one\n');
    place.does = 'ENOSPC';
    for (let i = 0; i < 5; i++) sink.write('lost\n');
    place.does = 'EPIPE';
    sink.write('lost\nlost\n');
    place.does = 'takes';
    sink.write('two\n');
    sink.write('three\n');
    expect(place.text).toBe('one\n[7 missing: the reader went away (EPIPE)]\ntwo\nthree\n');
    expect(sink.dropped()).toBe(7);
  });

  it('keeps a bounded number of bytes for a slow reader, whatever is written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ maxLength: 50 }), fc.nat(60)), { maxLength: 60 }), (steps) => {
        const { place, put } = fakePlace();
        place.room = 0;
        const sink = openSink(-1, { notice, put, limit: 200 });
        let lines = 0;
        for (const [text, room] of steps) {
          place.room += room;
          sink.write(`${text.replaceAll('\n', ' ')}\n`);
          lines += 1;
        }
        place.room = Number.POSITIVE_INFINITY;
        sink.flush();
        const told = [...place.text.matchAll(/\[(\d+) missing: [^\]]+\]/g)].reduce((sum, [, count]) => sum + Number(count), 0);
        // Every line is there or counted, in whole lines.
        expect(told).toBeGreaterThanOrEqual(sink.dropped());
        expect(place.text.split('\n').length - 1 - place.text.split(' missing: ').length + 1 + sink.dropped()).toBe(lines);
        expect(place.text === '' || place.text.endsWith('\n')).toBe(true);
      }),
    );
  });

  it('never waits for the reader of a pipe, and goes on when it reads again or another one comes', () => {
    const path = join(root, 'fifo');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(path, 'w');
    const sink = openSink(fd, { notice, limit: 100_000 });
    const line = `${'x'.repeat(999)}\n`;
    for (let i = 0; i < 1_000; i++) sink.write(line);
    expect(sink.dropped()).toBeGreaterThan(500);
    const read = () => {
      const bytes = Buffer.alloc(200_000);
      let all = '';
      for (;;) {
        let count: number;
        try {
          count = readSync(reader, bytes);
        } catch {
          return all;
        }
        if (count === 0) return all;
        all += bytes.subarray(0, count).toString();
        sink.flush();
      }
    };
    expect(read()).toMatch(/^(x+\n)+\[\d+ missing: the reader is too slow\]\n$/);
    closeSync(reader);
    const before = sink.dropped();
    sink.write('nobody reads\n');
    expect(sink.dropped()).toBe(before + 1);
    const next = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    sink.write('somebody reads\n');
    const bytes = Buffer.alloc(1_000);
    expect(bytes.subarray(0, readSync(next, bytes)).toString()).toBe('[1 missing: the reader went away (EPIPE)]\nsomebody reads\n');
    closeSync(next);
    closeSync(fd);
  });

  it.runIf(process.platform === 'linux')('writes to a full device what it can, which is nothing', () => {
    const fd = openSync('/dev/full', 'w');
    const sink = openSink(fd, { notice });
    sink.write('lost\n');
    sink.write('lost\n');
    expect(sink.dropped()).toBe(2);
    closeSync(fd);
  });

  it.each(['stdout', 'stderr'] as const)(
    'does not wait for a parent that does not read %s, whatever kind of pipe that is',
    async (name) => {
      const module = fileURLToPath(new URL('../../dist/process/line-sink.js', import.meta.url));
      const program = `const { openSink } = await import(${JSON.stringify(module)});
      const sink = openSink(${name === 'stdout' ? 1 : 2}, { notice: () => '' });
      for (let i = 0; i < 5000; i++) sink.write('x'.repeat(999) + '\\n');
      const other = openSink(${name === 'stdout' ? 2 : 1}, { notice: () => '' });
      other.write('dropped ' + sink.dropped() + '\\n'); setInterval(() => {}, 1000);`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      child[name].pause();
      const other = name === 'stdout' ? child.stderr : child.stdout;
      const [said] = (await once(createInterface(other), 'line')) as [string];
      expect(Number(said.split(' ')[1])).toBeGreaterThan(1_000);
    },
  );
});
