import { describe, expect, it } from 'vitest';
import type { StubServer } from '../context.testing.js';
import { FE, FI, fleet } from './fleet.testing.js';

/** The server as it is asked time and again; `undefined` = it is away. What is left of the last answer stays. */
function changing(...answers: ({ status?: number; body: unknown } | undefined)[]) {
  return () => (answers.length > 1 ? answers.shift() : answers[0]);
}

function progress(status: string, run: object = {}, final = status === 'RUNNING') {
  const whole = { id: 'run-1', kind: 'modify', phase: 'Running', message: '', createdAt: '', deadline: '', tasks: [], ...run };
  return `event: progress\ndata: ${JSON.stringify({ instanceId: 'instance-1', status, final, endpoints: {}, run: whole })}\n\n`;
}
const ended = (phase: string, message = '') => ({ phase, message, finishedAt: '2026-01-01T00:00:02Z' });

const quick = { pause: async () => {} };
const stream =
  (answers: ReturnType<typeof changing>, more: StubServer = () => undefined): StubServer =>
  (request) =>
    request.path === '/api/instances/instance-1/events' ? (answers() ?? { status: 503, body: '' }) : more(request);

describe('--wait and watch', () => {
  it.each([
    [['instance', 'modify', 'instance-1', '--param', 'size=2', '--wait']],
    [['instance', 'operation', 'trigger', 'instance-1', 'stop', '--wait']],
    [['instance', 'watch', 'instance-1']],
  ])('%j go on when the server comes back', async (args) => {
    const answers = changing(
      { body: progress('DEPLOYING') },
      undefined,
      { body: progress('DEPLOYING') },
      { body: progress('RUNNING', ended('Succeeded')) },
    );
    const supportedOperations = [{ name: 'stop', verb: 'STOP', source: 'SYSTEM_WORKFLOW' }];
    const line = await fleet(stream(answers), { consumptionResourceInstanceResult: { supportedOperations } }, quick);
    const { code, out, err } = await line.run(...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('no connection to the server, trying again');
    expect(out).toMatch(/status +RUNNING\n/);
  });

  it('end with what the server refuses', async () => {
    const body = { name: 'forbidden', message: 'not yours', id: '', fault: false, temporary: false, timeout: false };
    const line = await fleet(stream(changing({ body: progress('DEPLOYING') }, { status: 403, body })), {}, quick);
    expect(await line.run('instance', 'watch', 'instance-1')).toMatchObject({ code: 1, err: 'Error: forbidden\nDetail: not yours\n' });
  });

  it('fail with what they saw running, not with what failed before', async () => {
    const old = progress('RUNNING', ended('Failed', 'an old failure'));
    const tags = await fleet(stream(changing({ body: old })), {}, quick);
    expect(await tags.run('instance', 'modify', 'instance-1', '--tags', 'a=b', '--wait')).toMatchObject({ code: 0, err: '' });
    const custom = await fleet(stream(changing({ body: `${progress('RUNNING', {}, false)}${old}` })), {}, quick);
    expect(await custom.run('instance', 'watch', 'instance-1')).toMatchObject({
      code: 1,
      err:
        'Error: failed\nDetail: an old failure\n  The run was run-1. What to do about it says: cellplane workflow describe run-1\n' +
        '  Once the cause is gone, retry it with: cellplane workflow retry run-1\n',
    });
  });

  it.each([
    [['instance', 'modify', 'instance-1', '--param', 'size=2', '--wait'], 'What is done to instance-1', 'instance watch instance-1'],
    [['instance', 'watch', 'instance-1', '--server', '127.0.0.1:8080'], 'What is done to instance-1', 'instance watch instance-1'],
  ])('%j say at Ctrl-C that the work goes on, and how to follow it', async (args, what, again) => {
    let [press, isFree] = [() => {}, false];
    const onInterrupt = (stop: () => void) => {
      press = stop;
      return () => void (isFree = true);
    };
    let asked = 0;
    // The server has nothing new to say: whoever waits, waits.
    const wait = () => (asked++ > 2 ? new Promise<void>(() => press()) : Promise.resolve());
    const line = await fleet(stream(changing({ body: progress('DEPLOYING') })), {}, { pause: wait, onInterrupt });
    const { code, err } = await line.run(...args);
    const server = args.includes('--server') ? ' --server 127.0.0.1:8080' : '';
    expect({ code, err, isFree }).toEqual({
      code: 130,
      err: `\n${what} goes on; only this display has ended. Follow it with: cellplane ${again}${server}\n`,
      isFree: true,
    });
  });
});

describe('operations that leave the status alone', () => {
  const workflow = {
    id: 'run-1',
    WorkflowType: 'CUSTOM',
    cloudProvider: '',
    orgName: '',
    startTime: '2026-01-01T00:00:00Z',
    endTime: '2026-01-01T00:00:02Z',
    instanceId: 'instance-1',
    status: 'SUCCESS',
  };
  const described = {
    consumptionResourceInstanceResult: {
      supportedOperations: [{ id: 'cw-1', name: 'Repair', verb: 'repair', source: 'CUSTOM_WORKFLOW', scope: ['FLEET'], apiParameters: [] }],
    },
  };

  it('are waited for over a restart of the server, too: a custom workflow', async () => {
    const run = changing(undefined, { body: { Workflow: workflow, Resources: [] } });
    const execution = changing(undefined, { body: { executionId: 'run-1', status: 'SUCCEEDED', outputs: { primary: 'pg-2' } } });
    const line = await fleet(
      ({ path }) => {
        if (path === `${FI}/custom-workflow/cw-1/execute`)
          return { status: 202, body: { workflowExecutionId: 'run-1', status: 'RUNNING' } };
        if (path === `${FE}/service-workflows/run-1`) return run() ?? { status: 503, body: '' };
        if (path === `${FE}/workflow-executions/run-1`) return execution() ?? { status: 503, body: '' };
        return undefined;
      },
      described,
      quick,
    );
    const { code, out, err } = await line.run('instance', 'operation', 'trigger', 'instance-1', 'repair', '--wait');
    expect(code).toBe(0);
    expect(out).toContain('outputs\n  primary  pg-2\n');
    expect(err).toMatch(/^(no connection to the server, trying again: .*\n){2}$/);
  });

  it('are waited for over a restart of the server, too: a backup', async () => {
    const operation = {
      id: 'op-1',
      kind: 'backup',
      requestedBy: 'u',
      requestedByName: 'Ann',
      startTime: '',
      status: 'SUCCEEDED',
      endTime: '2026-01-01T00:00:02Z',
      runs: [{ id: 'run-1', verb: 'backup', snapshotId: 'snap-1', status: 'SUCCESS', startTime: '', endTime: '2026-01-01T00:00:02Z' }],
    };
    const history = changing(undefined, {
      body: {
        instanceId: 'instance-1',
        serviceId: 's-1',
        environmentId: 'se-1',
        status: 'RUNNING',
        createdAt: '',
        operations: [operation],
      },
    });
    const line = await fleet(
      ({ path }) => {
        if (path === `${FI}/autosnapshot`) return { status: 202, body: { snapshotId: 'snap-1', serviceId: 's-1', environmentId: 'se-1' } };
        if (path === '/api/instances/instance-1/operations') return history() ?? { status: 503, body: '' };
        if (path === `${FI}/snapshot/snap-1`) return { body: { snapshotId: 'snap-1', status: 'COMPLETE' } };
        return undefined;
      },
      {},
      quick,
    );
    const { code, out, err } = await line.run('instance', 'trigger-backup', 'instance-1', '--wait');
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^no connection to the server, trying again: .*\n$/) });
    expect(out).toContain('COMPLETE');
  });
});

describe('programs', () => {
  it('get something to read of what is accepted', async () => {
    const line = await fleet();
    const { out } = await line.run('instance', 'stop', 'instance-1', '-o', 'json');
    expect(JSON.parse(out)).toEqual({ instance_id: 'instance-1', operation: 'stop', status: 'RUNNING' });
  });

  it('get a run as the API describes it', async () => {
    const body = {
      Workflow: {
        id: 'submit-stop-instance-1-a',
        WorkflowType: 'STOP',
        status: 'SUCCESS',
        startTime: '2026-01-01T00:00:00Z',
        endTime: '2026-01-01T00:00:01Z',
      },
      Resources: [],
      outputs: { a: 1 },
    };
    const line = await fleet(({ path }) => (path.endsWith('/service-workflows/submit-stop-instance-1-a') ? { body } : undefined));
    expect(JSON.parse((await line.run('workflow', 'show', 'submit-stop-instance-1-a', '-o', 'json')).out)).toEqual({
      workflow_id: 'submit-stop-instance-1-a',
      ...body,
    });
  });
});
