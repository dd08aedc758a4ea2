import { expect, it } from 'vitest';
import '../../app/messages';
import { whyNotBegin } from './may-begin';

const failed = { status: 'FAILED', running: undefined };

it('what has failed can be stopped, started, restarted and scaled, as the server has it', () => {
  for (const verb of ['stop', 'start', 'restart', 'addCapacity', 'removeCapacity', 'backup', 'modify'] as const)
    expect([verb, whyNotBegin(failed, verb)]).toEqual([verb, undefined]);
});

it.each([
  [{ ...failed, incomplete: 'NEVER_RAN' }, 'stop', 'It has never run.'],
  [{ ...failed, incomplete: 'NEVER_RESTORED' }, 'modify', 'never got the data'],
  [{ ...failed, incomplete: 'BEING_TAKEN_DOWN' }, 'restart', 'A delete has taken a part of it away'],
  [{ ...failed, running: 'Retry' }, 'stop', 'Wait for the end of what runs: retry.'],
  [{ status: 'RUNNING', running: undefined }, 'start', 'Only while it is stopped or failed; it is running.'],
  [{ status: 'STOPPED', running: undefined }, 'addCapacity', 'Only while it is running or failed; it is stopped.'],
] as const)('%j: %s', (resting, verb, why) => expect(whyNotBegin(resting, verb)).toContain(why));

it('what has never run can be modified; what was told of a failure holds no more once it runs', () => {
  expect(whyNotBegin({ ...failed, incomplete: 'NEVER_RAN' }, 'modify')).toBeUndefined();
  expect(whyNotBegin({ status: 'RUNNING', running: undefined, incomplete: 'NEVER_RAN' }, 'stop')).toBeUndefined();
});
