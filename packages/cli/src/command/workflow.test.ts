import { describe, expect, it } from 'vitest';
import type { StubServer } from '../context.testing.js';
import { FE, fleet } from './fleet.testing.js';

const ID = 'submit-create-instance-1-abc';
const workflow = {
  id: ID,
  WorkflowType: 'PROVISIONING',
  cloudProvider: 'aws',
  orgName: 'p',
  status: 'FAILED',
  startTime: '2026-01-01T00:00:00Z',
  endTime: '2026-01-01T00:00:12Z',
  instanceId: 'instance-1',
  message: "task 'cluster' failed: quota exceeded",
};
const tasks = [
  {
    kind: 'task',
    name: 'cluster',
    title: 'cluster',
    nodeId: 'main.cluster',
    phase: 'Failed',
    message: 'quota exceeded',
    attempts: 3,
    action: 'apply',
    object: { kind: 'Cluster', name: 'pg-1' },
    startedAt: workflow.startTime,
    finishedAt: workflow.endTime,
  },
];
const graph = [{ id: 'main.cluster', name: 'cluster', dependsOn: [] }];
const answers: StubServer = ({ method, path, body }) => {
  if (path === `${FE}/service-workflows/${ID}`) {
    if (method === 'PATCH')
      return { body: { ...workflow, status: (body as { status: string }).status === 'pause' ? 'PAUSED' : 'IN_PROGRESS' } };
    return {
      body: {
        serviceId: 's-1',
        environmentId: 'se-1',
        Workflow: workflow,
        Resources: [],
        tasks,
        graph,
        breakpoints: [],
        outputs: { dsn: 'x' },
      },
    };
  }
  if (path === `${FE}/service-workflows-summary`)
    return { body: { ActiveWorkflowCount: 1, CompletedWorkflowCount: 2, FailedWorkflowCount: 3 } };
  if (path === `${FE}/service-workflows`) return { body: { workflows: [workflow] } };
  return undefined;
};

describe('workflows', () => {
  it('are drawn; a run that has failed exits 1', async () => {
    const { code, out, err } = await (await fleet(answers)).run('workflow', 'show', ID, '--once');
    expect(out).toBe(
      `create of instance-1 failed after 12 s\n${ID}\n\n✗ cluster — apply Cluster pg-1, try 3${' '.repeat(120 - 37 - 4)}12 s\n    quota exceeded\n`,
    );
    expect({ code, err }).toEqual({ code: 1, err: "Error: failed\nDetail: task 'cluster' failed: quota exceeded\n" });
  });

  it('are described as tables, or raw as JSON', async () => {
    const line = await fleet(answers);
    const { out } = await line.run('workflow', 'describe', ID);
    expect(out).toContain('outputs\n  dsn  x\n');
    expect(out).toMatch(/TASK +KIND +STATE +TRIES +TOOK +OBJECT +REASON\ncluster +task +Failed +3 +12 s +Cluster\/pg-1 +quota exceeded\n/);
    expect(JSON.parse((await line.run('workflow', 'describe', ID, '-o', 'json')).out)).toMatchObject({ Workflow: workflow, tasks });
  });

  it('are listed page after page, as many as are asked for', async () => {
    const sizes: (string | null)[] = [];
    const line = await fleet(({ path, query }) => {
      if (path !== `${FE}/service-workflows`) return undefined;
      sizes.push(query.get('pageSize'));
      const workflows = Array.from({ length: Number(query.get('pageSize')) }, () => workflow);
      return { body: { workflows, nextPageToken: 'more' } };
    });
    const { out } = await line.run('workflow', 'list', '-i', 'instance-1', '--limit', '501', '-o', 'json');
    expect(JSON.parse(out)).toHaveLength(501);
    expect(sizes).toEqual(['500', '1']);
    for (const command of [
      ['workflow', 'list', '-i', 'instance-1'],
      ['instance', 'history', 'instance-1'],
    ])
      expect(await line.run(...command, '--limit', 'many')).toMatchObject({
        code: 1,
        err: 'Error: bad_request\nDetail: --limit must be a whole number above 0, and is "many".\n',
      });
  });

  it('are counted, listed and controlled', async () => {
    const line = await fleet(answers);
    expect((await line.run('workflow', 'summary', '-i', 'instance-1')).out).toBe('active     1\nsucceeded  2\nfailed     3\n');
    expect((await line.run('workflow', 'list', '-i', 'instance-1')).out).toMatch(/PROVISIONING +FAILED +instance-1 +\S+ +12 s +task/);
    expect((await line.run('workflow', 'pause', ID)).out).toContain('PAUSED');
    expect((await line.run('workflow', 'retry', ID)).out).toContain(`cellplane workflow show ${ID}`);
    expect((await line.run('workflow', 'breakpoint', ID, 'cluster')).out).toContain(`cellplane workflow resume ${ID}`);
    expect(line.changes).toEqual([
      [`PATCH ${FE}/service-workflows/${ID}`, { status: 'pause' }],
      [`PATCH ${FE}/service-workflows/${ID}`, { status: 'retry' }],
      [`POST /api/workflows/${ID}/breakpoints`, { at: 'cluster' }],
    ]);
  });
});

describe('the history of an instance', () => {
  const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
  const run = (id: string, verb: string, status: string) => ({ id, verb, resourceKey: 'db', status, startTime: at(1), endTime: at(2) });
  const one = {
    id: 'op-1',
    kind: 'create',
    status: 'SUCCEEDED',
    requestedBy: 'u-1',
    requestedByName: 'Ann',
    startTime: at(0),
    endTime: at(3),
    runs: [run('w-1', 'create', 'SUCCESS')],
  };
  const two = {
    ...one,
    id: 'op-2',
    kind: 'delete',
    status: 'FAILED',
    requestedByName: 'schedule',
    message: 'no',
    runs: [run('w-2', 'backup', 'SUCCESS'), { ...run('w-3', 'delete', 'FAILED'), message: 'no' }],
  };

  it('has a line for each operation, and for each run of those that took several; page after page', async () => {
    const line = await fleet(({ path, query }) => {
      if (path !== '/api/instances/instance-1/operations') return undefined;
      const more = query.get('nextPageToken') === 'more';
      const page = more ? { operations: [one] } : { operations: [two], nextPageToken: 'more' };
      return { body: { instanceId: 'instance-1', serviceId: 's-1', environmentId: 'se-1', status: 'FAILED', createdAt: at(0), ...page } };
    });
    const { out } = await line.run('instance', 'history', 'instance-1');
    expect(out.split('\n').map((row) => row.split(/ {2,}/).slice(1))).toEqual([
      ['OPERATION', 'STATUS', 'TOOK', 'BY', 'WORKFLOW', 'REASON'],
      ['delete', 'FAILED', '3.0 s', 'schedule', 'no'],
      ['backup db', 'SUCCESS', '1.0 s', 'w-2'],
      ['delete db', 'FAILED', '1.0 s', 'w-3'],
      ['create', 'SUCCEEDED', '3.0 s', 'Ann', 'w-1'],
      [],
    ]);
    expect((await line.run('instance', 'history', 'instance-1', '--limit', '1')).out).not.toContain('create');
    expect(JSON.parse((await line.run('instance', 'history', 'instance-1', '-o', 'json')).out)).toMatchObject({ operations: [two, one] });
  });
});
