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
const answers: StubServer = ({ method, path, body, query }) => {
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
  if (path === `${FE}/service-workflows`) return { body: { workflows: [workflow], nextPageToken: `after ${query}` } };
  if (path === `${FE}/service-workflows/${ID}/events`) {
    const event = (second: number, message: string) => ({
      eventTime: `2026-01-01T00:00:0${second}Z`,
      eventType: 'WorkflowStepStarted',
      message,
      sequence: second,
    });
    const steps = [
      { stepName: 'Bootstrap', events: [event(1, 'one'), event(3, 'three')] },
      { stepName: 'cluster', events: [event(2, 'two')] },
    ];
    return { body: { id: ID, resources: [{ resourceId: 'r-1', resourceKey: 'db', resourceName: 'Db', workflowSteps: steps }] } };
  }
  return undefined;
};

describe('what starts or ends work', () => {
  it('is asked about on a terminal before a run is ended, and goes on without one', async () => {
    const terminal = await fleet(answers, {}, { isInteractive: true, ask: async () => 'n' });
    expect(await terminal.run('workflow', 'terminate', ID)).toMatchObject({
      code: 1,
      err: 'Error: cancelled\nDetail: Nothing was done.\n',
    });
    expect(terminal.changes).toEqual([]);
    expect((await terminal.run('workflow', 'terminate', ID, '--yes')).code).toBe(0);
    expect((await (await fleet(answers)).run('workflow', 'terminate', ID)).code).toBe(0);
  });

  it('is waited for with --wait: a retry is followed to its end', async () => {
    const line = await fleet(answers);
    const { code, err } = await line.run('workflow', 'retry', ID, '--wait');
    expect(line.changes).toEqual([[`PATCH ${FE}/service-workflows/${ID}`, { status: 'retry' }]]);
    expect(code).toBe(1);
    expect(err).toContain(`retry it with: cellplane workflow retry ${ID}`);
  });
});

describe('workflows', () => {
  it('are drawn; a run that has failed exits 1', async () => {
    const { code, out, err } = await (await fleet(answers)).run('workflow', 'show', ID, '--once');
    expect(out).toBe(
      `create of instance-1 failed after 12 s\n${ID}\n\n✗ cluster — apply Cluster pg-1, try 3${' '.repeat(120 - 37 - 4)}12 s\n    quota exceeded\n`,
    );
    expect({ code, err }).toEqual({
      code: 1,
      err: `Error: failed\nDetail: task 'cluster' failed: quota exceeded\n  The run was ${ID}. What to do about it says: cellplane workflow describe ${ID}\n  Once the cause is gone, retry it with: cellplane workflow retry ${ID}\n`,
    });
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

describe('what other clients of this API are given', () => {
  it('lists pages, from a date to another', async () => {
    const { out } = await (await fleet(answers)).run(
      'workflow',
      'list',
      '-i',
      'instance-1',
      '--start-date',
      '2026-01-01T00:00:00Z',
      '--end-date',
      '2026-02-01T00:00:00Z',
      '--next-page-token',
      'there',
      '--limit',
      '1',
    );
    const query = new URLSearchParams(/--next-page-token after (.*)/.exec(out)?.[1] ?? '');
    expect(Object.fromEntries(query)).toEqual({
      pageSize: '1',
      instanceId: 'instance-1',
      startDate: '2026-01-01T00:00:00Z',
      endDate: '2026-02-01T00:00:00Z',
      nextPageToken: 'there',
    });
  });

  it('chooses events', async () => {
    const line = await fleet(answers);
    const messages = async (...options: string[]) =>
      (await line.run('workflow', 'events', ID, ...options)).out
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(/ +/).at(-1));
    expect(await messages()).toEqual(['one', 'two', 'three']);
    expect(await messages('--detail', '--step-names', 'bootstrap,other')).toEqual(['one', 'three']);
    expect(await messages('--max-events', '2')).toEqual(['two', 'three']);
    expect(await messages('--since', '2026-01-01T00:00:02Z', '--until', '2026-01-01T00:00:03Z')).toEqual(['two']);
    expect(await messages('--resource-key', 'db', '--resource-id', 'r-1')).toHaveLength(3);
    expect(await messages('--resource-key', 'other')).toEqual([]);
    const json = JSON.parse((await line.run('workflow', 'events', ID, '--step-names', 'cluster', '-o', 'json')).out);
    expect(json.resources[0].workflowSteps).toMatchObject([{ stepName: 'cluster', events: [{ message: 'two' }] }]);
    expect((await line.run('workflow', 'events', ID, '--since', 'noon')).err).toContain('--since "noon" is not a time');
    expect((await line.run('workflow', 'events', ID, '--max-events', '0')).err).toContain('at least 1');
  });

  it('ends a run without asking, with -y or without', async () => {
    const line = await fleet(answers);
    await line.run('workflow', 'terminate', ID, '-y');
    await line.run('workflow', 'terminate', ID);
    expect(line.changes).toEqual([
      [`DELETE ${FE}/service-workflows/${ID}`, undefined],
      [`DELETE ${FE}/service-workflows/${ID}`, undefined],
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
