import { describe, expect, it } from 'vitest';
import { withoutMachines } from './audience.js';

const text = withoutMachines(['cell-0', 'ip-10-0-1-7.eu.internal', 'a']);

describe('what a customer is told', () => {
  it.each([
    ['Successfully assigned shop/pg-1 to cell-0', 'Successfully assigned shop/pg-1 to a machine of the cell'],
    ['Successfully assigned shop/pg-1 to unknown-7', 'Successfully assigned shop/pg-1 to a machine of the cell'],
    ['kubelet of ip-10-0-1-7.eu.internal: no space', 'kubelet of a machine of the cell: no space'],
    ['Attach failed on node "worker-3": timeout', 'Attach failed on a machine of the cell: timeout'],
    ['Preempted by pod 5b1c3f8e-aaaa on node cell-0', 'Preempted by another Pod'],
    ['Volume is already used by pod(s) theirs-1, theirs-2', 'Volume is already used by other Pods'],
    ['my-cell-0 and cell-01 are no machines', 'my-cell-0 and cell-01 are no machines'],
  ])('%s', (said, told) => expect(text(said)).toBe(told));
});
