import type { TaskProgress } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { drawRun } from './draw-run.js';
import { paint, paintAll } from './paint.js';
import type { RunPicture } from './run-picture.js';
import { CLUSTER, NOW, picture, stage, task } from './run-picture.testing.js';

function text(run: RunPicture, columns = 80): string {
  return drawRun(run, NOW)
    .flatMap((line) => paint(line, { columns, color: false }))
    .map((line) => line.replace(/(?<=\S) {3,}(?=[\d.]+ \w+$)/, ' … '))
    .join('\n');
}

describe('the drawing of a run', () => {
  it('shows stages, the graph of tasks, and what one waits for', () => {
    expect(text(picture())).toBe(`create of instance-1 running for 30 s, 75 min left
submit-create-instance-1-k3x9

✓ Charts … 0.4 s
✓ secret — apply Secret access … 0.1 s
├─ … cluster — apply Cluster pg-1 … 12 s
│      ○ status.phase == Ready (is Pending)
│      ✓ status.instances == 2
│      pg-1: FailedScheduling: 0/1 nodes are available: 1 Insufficient memory.
│      gives up in 14 min
└─ · job — create Job
· pooler (after cluster, job) — apply Pooler
· Endpoints`);
  });

  it('fits a narrow terminal: tasks are cut, remarks are broken', () => {
    const lines = text(picture(), 40).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines).toContain('│      pg-1: FailedScheduling: 0/1 nodes');
    expect(lines).toContain('· pooler (after cluster, job) — apply P…');
  });

  it('shows a held run: where, and how it goes on', () => {
    const breakpoints = [{ id: 'pooler', status: 'Hit', place: 'task pooler' }];
    const drawn = text(picture({ status: 'PAUSED', breakpoints }));
    expect(drawn).toContain(
      '◆ held before task pooler by a breakpoint. Go on with:\n  cellplane workflow resume submit-create-instance-1-k3x9',
    );
    expect(drawn).toContain('◆ pooler (after cluster, job)');
    expect(text(picture({ breakpoints: [{ id: 'pooler', status: 'Pending', place: 'task pooler' }] }))).toContain(
      '· pooler (after cluster, job) — apply Pooler, with a breakpoint',
    );
    expect(text(picture({ status: 'PAUSED' }))).toContain('◆ paused: no new task begins.');
  });

  it('shows why it failed once, at the task; what had no task at the end', () => {
    const failed = { ...CLUSTER, phase: 'Failed', message: 'quota exceeded' };
    const run = { status: 'FAILED', endedAt: NOW, message: "task 'cluster' failed: quota exceeded" };
    const drawn = text(picture({ ...run, tasks: [failed] }));
    expect(drawn).toContain('create of instance-1 failed after 30 s\n');
    expect(drawn).toContain('├─ ✗ cluster — apply Cluster pg-1 … 12 s\n│      quota exceeded\n');
    expect(drawn.match(/quota exceeded/g)).toHaveLength(1);
    expect(text(picture({ ...run, message: 'terminated by a person', tasks: [] }))).toMatch(/\n\n✗ terminated by a person$/);
  });

  it('shows a stage that waits, by the name of the wait', () => {
    const waitingFor = { reason: 'chart cnpg is being installed', since: '', deadline: new Date(NOW + 60_000).toISOString() };
    const tasks = [
      stage('Charts', 'before', { phase: 'Waiting', startedAt: new Date(NOW - 5_000).toISOString(), waitingFor, attempts: 3 }),
    ];
    expect(text(picture({ tasks, graph: [] }))).toContain('… Charts … 5.0 s\n    chart cnpg is being installed\n    gives up in 60 s');
  });

  it('shows attempts, loops and nested templates below the task that has them', () => {
    const graph = [
      { id: 'main.a', name: 'a', dependsOn: [] },
      { id: 'main.a.x', parent: 'main.a', name: 'x', dependsOn: [], action: 'apply', kind: 'X' },
      { id: 'main.b', name: 'b', dependsOn: ['main.a'], action: 'apply', kind: 'B' },
      { id: 'main.c', name: 'c', dependsOn: ['main.b'], action: 'apply', kind: 'C' },
      { id: 'main.d', name: 'd', dependsOn: ['main.c'], action: 'apply', kind: 'D' },
    ];
    const plain = { startedAt: undefined as unknown as string };
    const tasks = [
      task('x', { ...plain, nodeId: 'main.a.x' }),
      task('b', { ...plain, nodeId: 'main.b(0)' }),
      task('c', { ...plain, nodeId: 'main.c(0)', phase: 'Failed', message: 'no' }),
      task('c', { ...plain, nodeId: 'main.c(1)' }),
      task('d', { ...plain, nodeId: 'main.d(0:eu)' }),
    ].map((one) => Object.fromEntries(Object.entries(one).filter(([key]) => key !== 'startedAt')) as TaskProgress);
    expect(text(picture({ graph, tasks })).split('\n').slice(3)).toEqual([
      '✓ a',
      '┆ ✓ x',
      '✓ b',
      '✓ c',
      '┆ ✗ attempt 1',
      '┆     no',
      '┆ ✓ attempt 2',
      '✓ d',
      '┆ ✓ (0:eu)',
    ]);
  });

  it('keeps the part where something happens on a low terminal, and says what it leaves out', () => {
    const shown = paintAll(drawRun(picture(), NOW), { columns: 80, rows: 8, color: false });
    expect(shown).toHaveLength(7);
    expect(shown[0]).toBe('(3 lines above)');
    expect(shown.some((line) => line.includes('… cluster'))).toBe(true);
    expect(shown.at(-1)).toMatch(/lines below\)$/);
  });

  it.each([16, 20, 25, 40, 80])('has no line that a terminal of %i columns would break', (columns) => {
    const lines = drawRun(picture({ status: 'PAUSED' }), NOW);
    const shown = lines.flatMap((line) => paint({ ...line, indent: `│  │  │  ${line.indent}` }, { columns, color: false }));
    expect(shown.filter((text) => text.length > columns)).toEqual([]);
  });

  it('has colours only where they are wanted', () => {
    const line = { key: '', indent: '', mark: 'done' as const, text: 'a' };
    expect(paint(line, { columns: 80, color: true })).toEqual(['\u001b[32m✓\u001b[0m a']);
    expect(paint({ ...line, text: 'x\u001b[2Jy' }, { columns: 80, color: false })).toEqual(['✓ x [2Jy']);
  });
});
