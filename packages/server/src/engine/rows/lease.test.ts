import { describe, expect, it } from 'vitest';
import { CALL_TIMEOUT_MS, Lease, LEASE_MS, LeaseLost } from './lease.js';

describe('a lease', () => {
  it('covers a call only while it outlasts the call’s time-out; a renewal counts from before it was sent', async () => {
    let now = 0;
    const lease = new Lease('run', 1, () => now, 0);
    await lease.cover(CALL_TIMEOUT_MS);
    now = LEASE_MS - CALL_TIMEOUT_MS;
    let covered = false;
    const call = lease.cover(CALL_TIMEOUT_MS).then(() => (covered = true));
    // Sent long ago: no longer than the lease that the database gave then.
    lease.renewed(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(covered).toBe(false);
    lease.renewed(now - 100);
    await call;
    expect(lease.remaining()).toBe(LEASE_MS - 100);
  });

  it('that has run out covers nothing, and ends what waits for it', async () => {
    let now = 0;
    const lease = new Lease('run', 1, () => now, 0);
    now = LEASE_MS - 1;
    const waiting = lease.cover(CALL_TIMEOUT_MS);
    lease.lose('another process has it');
    await expect(waiting).rejects.toThrow(LeaseLost);
    expect(lease.signal.aborted).toBe(true);
    const late = new Lease('run', 1, () => now, 0);
    now = LEASE_MS;
    await expect(late.cover(CALL_TIMEOUT_MS)).rejects.toThrow(LeaseLost);
    expect(late.lost).toBe(true);
  });
});
