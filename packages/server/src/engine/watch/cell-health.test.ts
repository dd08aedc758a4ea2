import { ApiError } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { CellHealth, PING_TIMEOUT_MS } from './cell-health.js';

const silence = new ApiError('GET /version: no answer in time (2000 ms)', 0, 'Timeout', 'unknown');
const refusal = new ApiError('widgets.x is forbidden: User "watcher" cannot watch resource "widgets"', 403, 'Forbidden', 'transient');
const WIDGETS = { watch: 'x/v1|Widget', kind: 'x/v1|Widget' };

describe('the health of a cell', () => {
  it('names a silent cell within 10 s, asked each second by the tick', () => {
    const health = new CellHealth(() => 0);
    let now = 0;
    expect(health.mayPing(now)).toBe(true);
    health.answered();
    // The cell falls silent right after its answer; each missing answer takes the whole time-out.
    while (health.complaint.trouble === undefined) {
      now += 1_000;
      if (!health.mayPing(now)) continue;
      now += PING_TIMEOUT_MS;
      health.missed(silence);
    }
    expect(now).toBeLessThan(10_000);
    expect(health.complaint.trouble).toContain('no answer in time');
    expect(health.mayPing(now + 1_000)).toBe(true);
    expect(health.answered()).toBe(true);
    expect(health.complaint.trouble).toBeUndefined();
  });

  it('counts a refusal of the question as an answer', () => {
    const health = new CellHealth(() => 0);
    health.missed(silence);
    health.missed(refusal);
    health.missed(silence);
    expect(health.complaint.trouble).toBeUndefined();
  });

  it('says a refused watch of its kind, and a lost connection of the cell', () => {
    const health = new CellHealth(() => 0);
    health.report(WIDGETS, 'disconnected', refusal.message, refusal);
    expect(health.complaint).toEqual({
      trouble: undefined,
      refused: { 'x/v1|Widget': { message: refusal.message, since: expect.stringMatching(/^\d{4}-.*Z$/) as string } },
    });
    expect(health.isRefused('x/v1|Widget')).toBe(true);
    const lost = new ApiError('connection refused', 0, 'ConnectionRefused', 'transient');
    health.report({ watch: 'v1|Pod', kind: 'v1|Pod' }, 'disconnected', lost.message, lost);
    expect(health.complaint.trouble).toBe('connection refused');
    health.report(WIDGETS, 'live', undefined, undefined);
    expect(health.complaint).toEqual({ trouble: 'connection refused', refused: {} });
  });

  it('says nothing of the cell where a change could not be handled here, or a kind is not served', () => {
    const health = new CellHealth(() => 0);
    health.report(WIDGETS, 'disconnected', 'the database is away', undefined);
    health.report(WIDGETS, 'disconnected', 'no kind Widget', new ApiError('no kind Widget', 404, 'KindNotServed', 'transient'));
    expect(health.complaint).toEqual({ trouble: undefined, refused: {} });
  });
});
