import { describe, expect, it } from 'vitest';
import type { StubServer } from '../../context.testing.js';
import { FE, FI, fleet } from '../fleet.testing.js';

const parameter = {
  key: 'target',
  displayName: '',
  description: 'the new primary',
  type: 'String',
  custom: true,
  isList: false,
  modifiable: true,
  required: true,
};
const system = (verb: string) => ({ name: verb.toLowerCase(), verb, source: 'SYSTEM_WORKFLOW', apiParameters: [] });
const described = {
  consumptionResourceInstanceResult: {
    supportedOperations: [
      ...['BACKUP', 'START', 'STOP', 'RESTART', 'MODIFY', 'DELETE', 'FAILOVER', 'ADD_CAPACITY', 'REMOVE_CAPACITY', 'RESTORE'].map(system),
      { name: 'reboot', verb: 'REBOOT', source: 'LEGACY' },
      { id: 'cw-1', name: 'Switch over', verb: 'SWITCHPRIMARY', source: 'CUSTOM_WORKFLOW', scope: ['FLEET'], apiParameters: [parameter] },
    ],
  },
};
const answers: StubServer = ({ method, path }) => {
  if (method === 'POST' && path.endsWith('/execute'))
    return { status: 202, body: { workflowId: 'cw-1', workflowExecutionId: 'run-1', status: 'RUNNING' } };
  if (path.endsWith('/autosnapshot')) return { status: 202, body: { snapshotId: 'snap-1', serviceId: 's-1', environmentId: 'se-1' } };
  return undefined;
};

describe('operations of an instance', () => {
  it('are listed and described without legacy ones', async () => {
    const line = await fleet(answers, described);
    const list = await line.run('instance', 'operation', 'list', 'instance-1');
    expect(list.out).toMatch(/SWITCHPRIMARY +Switch over +CUSTOM_WORKFLOW +FLEET +target/);
    expect(list.out).not.toContain('reboot');
    const one = await line.run('instance', 'operation', 'describe', 'instance-1', 'switch OVER');
    expect(one.out).toContain('verb    SWITCHPRIMARY');
    expect(one.out).toMatch(/PARAMETER +TYPE +REQUIRED.*\ntarget +String +true/);
  });

  it.each([
    [['start'], `POST ${FI}/start`, { resourceId: 'r-1' }],
    [['STOP', '--resource-id', 'r-2'], `POST ${FI}/stop`, { resourceId: 'r-2' }],
    [['restart'], `POST ${FI}/restart`, { resourceId: 'r-1' }],
    [['modify', '--param', 'size=2'], `PATCH ${FI}`, { resourceId: 'r-1', requestParams: { size: '2' } }],
    [['delete', '-y'], `DELETE ${FI}`, { resourceId: 'r-1' }],
    [['add_capacity', '--capacity', '2'], `POST ${FI}/add-capacity`, { resourceId: 'r-1', capacityToBeAdded: 2 }],
    [['remove_capacity', '--capacity', '1'], `POST ${FI}/remove-capacity`, { resourceId: 'r-1', capacityToBeRemoved: 1 }],
    [
      ['failover', '--failed-replica-id', 'pg-1', '--failed-replica-action', 'failover_only'],
      `POST ${FI}/failover`,
      { failedReplicaID: 'pg-1', failedReplicaAction: 'FAILOVER_ONLY' },
    ],
    [['backup'], `POST ${FI}/autosnapshot`, undefined],
    [
      ['cw-1', '--param', 'target=pg-2'],
      `POST ${FI}/custom-workflow/cw-1/execute`,
      { resourceId: 'r-1', requestParams: { target: 'pg-2' } },
    ],
  ])('%j is sent where it belongs', async (args, request, body) => {
    const line = await fleet(answers, described);
    expect(await line.run('instance', 'operation', 'trigger', 'instance-1', ...args)).toMatchObject({ code: 0, err: '' });
    expect(line.changes).toEqual([[request, body]]);
  });

  it.each([
    [['nothing'], 'It offers: BACKUP, START'],
    [['modify'], 'give --param'],
    [['delete'], '--yes'],
    [['failover'], '--failed-replica-id'],
    [['add_capacity'], '--capacity must be a whole number above 0; give it'],
    [['add_capacity', '--capacity', '-1'], 'and is "-1"'],
    [['restore'], 'cellplane instance restore instance-1'],
  ])('%j is refused with the cure', async (args, words) => {
    const line = await fleet(answers, described);
    expect(await line.run('instance', 'operation', 'trigger', 'instance-1', ...args)).toMatchObject({
      code: 1,
      err: expect.stringContaining(words),
    });
    expect(line.changes).toEqual([]);
  });

  it.each([
    ['SUCCESS', 'SUCCEEDED', 0],
    ['FAILED', 'FAILED', 1],
  ])('that are custom are shown until their end with --wait, then their outputs: %s', async (status, execution, code) => {
    const run = {
      id: 'run-1',
      WorkflowType: 'CUSTOM',
      cloudProvider: '',
      orgName: '',
      status,
      startTime: '2026-01-01T00:00:00Z',
      endTime: '2026-01-01T00:00:02Z',
      instanceId: 'instance-1',
    };
    const line = await fleet((request) => {
      if (request.path === `${FE}/service-workflows/run-1`)
        return { body: { Workflow: { ...run, message: status === 'FAILED' ? 'no such replica' : undefined }, Resources: [] } };
      if (request.path === `${FE}/workflow-executions/run-1`)
        return {
          body: {
            executionId: 'run-1',
            workflowId: 'cw-1',
            instanceId: 'instance-1',
            verb: 'SWITCHPRIMARY',
            status: execution,
            outputs: { primary: 'pg-2' },
          },
        };
      return answers(request);
    }, described);
    const result = await line.run('instance', 'operation', 'trigger', 'instance-1', 'SWITCHPRIMARY', '--param', 'target=pg-2', '--wait');
    expect(result.code).toBe(code);
    expect(result.out).toContain(`outputs\n  primary  pg-2\n`);
    expect(result.err).toBe(
      code === 0
        ? ''
        : 'Error: failed\nDetail: no such replica\n  The run was run-1. What to do about it says: cellplane workflow describe run-1\n  Once the cause is gone, retry it with: cellplane workflow retry run-1\n',
    );
  });
});

describe('scaling and failover', () => {
  it.each([
    [['add-capacity', 'instance-1', '--capacity', '1'], `POST ${FI}/add-capacity`, { resourceId: 'r-1', capacityToBeAdded: 1 }],
    [['remove-capacity', 'instance-1', '--capacity', '1'], `POST ${FI}/remove-capacity`, { resourceId: 'r-1', capacityToBeRemoved: 1 }],
    [['failover', 'instance-1', '--failed-replica-id', 'pg-1'], `POST ${FI}/failover`, { failedReplicaID: 'pg-1' }],
  ])('%j', async (args, request, body) => {
    const line = await fleet();
    expect(await line.run('instance', ...args)).toMatchObject({
      code: 0,
      out: expect.stringContaining('cellplane instance watch instance-1'),
    });
    expect(line.changes).toEqual([[request, body]]);
  });
});

describe('breakpoints', () => {
  const held = {
    activeBreakpoints: [
      { id: 'db', status: 'Hit', place: 'the first task', hitAt: '2026-01-01T00:00:00Z' },
      { id: 'db', event: 'cluster', status: 'Pending', place: 'task cluster' },
    ],
  };
  const paused: StubServer = ({ method, path }) => {
    if (method === 'GET' && path === `${FE}/service-workflows`)
      return {
        body: {
          workflows: [
            { id: 'w-1', status: 'SUCCESS' },
            { id: 'w-2', status: 'PAUSED' },
          ],
        },
      };
    if (method === 'PATCH') return { body: { id: 'w-2', status: 'IN_PROGRESS' } };
    if (path === '/api/workflows/w-2/breakpoints') return { body: { id: 'w-2', breakpoints: [] } };
    return undefined;
  };

  it('are listed, added to the running workflow, and resumed', async () => {
    const line = await fleet(paused, held);
    expect((await line.run('instance', 'breakpoint', 'list', 'instance-1')).out).toMatch(
      /db +Hit +the first task.*\ndb +cluster +Pending +task cluster/,
    );
    expect(await line.run('instance', 'breakpoint', 'add', 'instance-1', 'cluster')).toMatchObject({ code: 0 });
    expect(await line.run('instance', 'breakpoint', 'resume', 'instance-1')).toMatchObject({
      code: 0,
      out: expect.stringContaining('w-2'),
    });
    expect(line.changes).toEqual([
      ['POST /api/workflows/w-2/breakpoints', { at: 'cluster' }],
      [`PATCH ${FE}/service-workflows/w-2`, { status: 'resume' }],
    ]);
  });

  it('say that nothing is held', async () => {
    const line = await fleet(({ path }) => (path === `${FE}/service-workflows` ? { body: { workflows: [] } } : undefined));
    expect(await line.run('instance', 'breakpoint', 'resume', 'instance-1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Nothing is held'),
    });
  });
});
