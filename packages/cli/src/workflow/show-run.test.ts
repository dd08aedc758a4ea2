import type { InstanceProgress, InstanceStreamMessage } from '@cellplane/api';
import { ConnectionError, ResponseError } from '@cellplane/api/client';
import { describe, expect, it } from 'vitest';
import type { Screen } from '../progress/screen.js';
import { NOW, picture, task } from './run-picture.testing.js';
import { type RunSource, showRun } from './show-run.js';

function screen(isTerminal: boolean): Screen & { text(): string } {
  let written = '';
  return { write: (text) => void (written += text), isTerminal, columns: 80, rows: 40, color: false, text: () => written };
}

function progress(phase: string, more: object = {}): InstanceStreamMessage {
  const { graph, tasks, id } = picture();
  const ended = phase === 'Running' ? {} : { finishedAt: new Date(NOW).toISOString() };
  const started = new Date(NOW - 30_000).toISOString();
  const run = {
    id,
    kind: 'create',
    phase,
    message: '',
    createdAt: started,
    startedAt: started,
    deadline: new Date(NOW + 60_000).toISOString(),
  };
  const data: InstanceProgress = {
    instanceId: 'instance-1',
    status: 'DEPLOYING',
    final: false,
    endpoints: {},
    run: { ...run, ...ended, tasks, graph, ...more },
  };
  return { event: 'progress', data };
}

/** Each entry is one connection: its messages, then perhaps an error. */
function source(connections: (InstanceStreamMessage | Error)[][], described = picture()): RunSource & { described: number } {
  const self = {
    described: 0,
    describe: async () => {
      self.described++;
      return described;
    },
    async *follow() {
      for (const next of connections.shift() ?? []) {
        if (next instanceof Error) throw next;
        yield next;
      }
    },
  };
  return self;
}

const quick = { now: () => NOW, pause: async () => {} };

describe('the display of a run', () => {
  it('prints one picture and does not wait, if that is asked for', async () => {
    const out = screen(false);
    expect((await showRun(source([]), out, { ...quick, once: true })).status).toBe('IN_PROGRESS');
    expect(out.text()).toContain('├─ … cluster — apply Cluster pg-1');
  });

  it('prints a line for each change into a pipe, and ends with the run', async () => {
    const out = screen(false);
    const done = picture().tasks.map((one) => {
      const { waitingFor: _, ...rest } = one;
      return rest.name === 'cluster' ? { ...rest, phase: 'Succeeded', finishedAt: new Date(NOW).toISOString() } : rest;
    });
    const last = await showRun(source([[progress('Running'), progress('Running'), progress('Succeeded', { tasks: done })]]), out, quick);
    expect(last.status).toBe('SUCCESS');
    expect(out.text().split('\n')).toEqual([
      '00:01:00 create of instance-1 running for 30 s, 75 min left',
      '00:01:00 submit-create-instance-1-k3x9',
      '00:01:00 ✓ Charts (0.4 s)',
      '00:01:00 ✓ secret — apply Secret access (0.1 s)',
      '00:01:00 … cluster — apply Cluster pg-1',
      '00:01:00     ○ status.phase == Ready (is Pending)',
      '00:01:00     ✓ status.instances == 2',
      '00:01:00     pg-1: FailedScheduling: 0/1 nodes are available: 1 Insufficient memory.',
      '00:01:00 create of instance-1 succeeded after 30 s',
      '00:01:00 ✓ cluster — apply Cluster pg-1 (12 s)',
      '',
    ]);
  });

  it('survives a server that goes away and comes back', async () => {
    const out = screen(true);
    const connections = [
      [progress('Running'), new TypeError('terminated')],
      [new ConnectionError('No answer from http://x: ECONNREFUSED')],
      [progress('Succeeded')],
    ];
    expect((await showRun(source(connections), out, { ...quick, redrawMs: 60_000 })).status).toBe('SUCCESS');
    expect(out.text()).toContain('no connection to the server, trying again: No answer');
    expect(out.text().slice(out.text().lastIndexOf('\u001b[0J', out.text().length - 5))).not.toContain('no connection');
  });

  it('gives a server up that stays away, and what it refuses at once', async () => {
    let now = NOW;
    const away = source(Array.from({ length: 100 }, () => [new ConnectionError('gone')]));
    const pause = async () => void (now += 60_000);
    await expect(showRun(away, screen(false), { now: () => now, pause })).rejects.toThrow('has not answered for 5 min: gone');
    const body = { name: 'not_found', message: 'no', id: '', fault: false, temporary: false, timeout: false };
    const refused = source([[new ResponseError(404, body)]]);
    await expect(showRun(refused, screen(false), quick)).rejects.toThrow('no');
  });

  it('asks for the run itself when another one has begun on the instance', async () => {
    const ended = picture({ status: 'FAILED', endedAt: NOW, message: 'no', tasks: [task('secret')] });
    const from = source([[progress('Running', { id: 'submit-delete-instance-1-zzz' })]], ended);
    from.describe = async () => (from.described++ === 0 ? picture() : ended);
    expect(await showRun(from, screen(false), quick)).toMatchObject({ status: 'FAILED' });
  });
});
