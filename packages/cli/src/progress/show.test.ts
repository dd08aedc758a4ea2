import type { InstanceProgress, InstanceStreamMessage } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { showProgress } from './show.js';
import { type Screen, standardOutput } from './screen.js';

function step(phase: string, message = ''): InstanceProgress {
  const tasks = [{ kind: 'task' as const, name: 'a', title: 'apply', phase, message, attempts: 1 }];
  const run = { id: 'r', kind: 'create', phase: 'Running', message: '', createdAt: '', deadline: '', tasks };
  return { instanceId: 'i', status: phase === 'Succeeded' ? 'RUNNING' : 'DEPLOYING', final: phase === 'Succeeded', run, endpoints: {} };
}

async function* stream(...phases: InstanceProgress[]): AsyncGenerator<InstanceStreamMessage> {
  for (const data of phases) yield { event: 'progress', data };
}

function screen(isTerminal: boolean): Screen & { text(): string } {
  let written = '';
  return { write: (text) => void (written += text), isTerminal, columns: 40, rows: 10, color: false, text: () => written };
}

describe('the display', () => {
  it('writes one plain line for each change into a pipe, and ends with the last state', async () => {
    const out = screen(false);
    const last = await showProgress(stream(step('Pending'), step('Running'), step('Running'), step('Succeeded'), step('Running')), out);
    expect(last?.status).toBe('RUNNING');
    expect(out.text()).toBe('  ▸ apply\n  ✓ apply\n');
  });

  it('redraws in place on a terminal', async () => {
    const out = screen(true);
    await showProgress(stream(step('Running'), step('Succeeded')), out);
    expect(out.text()).toContain('\u001b[1A\u001b[2K  ✓ apply');
  });

  it('breaks the cause where the terminal is narrow, and cuts nothing off its end', async () => {
    const out = screen(true);
    const waiting = step('Running');
    const wait = { reason: 'pod pg-1 is not scheduled: 0/1 nodes are available', since: '', deadline: '' };
    for (const task of waiting.run?.tasks ?? []) task.waitingFor = wait;
    await showProgress(stream({ ...waiting, final: true }), out);
    expect(out.text().replaceAll('\u001b[2K', '').split('\n').slice(0, 3)).toEqual([
      '  … apply',
      '      pod pg-1 is not scheduled: 0/1',
      expect.stringMatching(/^ {6}nodes are available/),
    ]);
  });

  it('lets no text of a cluster move the cursor or break a line', async () => {
    const out = screen(false);
    await showProgress(stream(step('Failed', 'first\nsecond\u001b[2Jthird')), out);
    expect(out.text()).toBe('  ✗ apply\n      first second [2Jthird\n');
  });

  it('is drawn in a usual size where the terminal does not know its own', () => {
    expect(standardOutput({ write: () => true, isTTY: true, columns: 0, rows: 0 })).toMatchObject({ columns: 120, rows: 40 });
    expect(standardOutput({ write: () => true, isTTY: true, columns: 50, rows: 9 })).toMatchObject({ columns: 50, rows: 9 });
  });

  it('ends where the stream ends', async () => {
    expect((await showProgress(stream(step('Running')), screen(false)))?.status).toBe('DEPLOYING');
    expect(await showProgress(stream(), screen(false))).toBeUndefined();
  });
});
