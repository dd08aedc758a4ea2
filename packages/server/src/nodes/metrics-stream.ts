/** What an instance uses, again and again, for whoever looks at it: its cell is asked once for all of them. */
import type { Caller, InstanceMetrics, MetricsMessage } from '@cellplane/api';
import { DomainError } from '../errors.js';
import { lookedAt } from './looked-at.js';
import { readMetrics } from './metrics.js';
import type { OpenReads } from './open-reads.js';
import { requirePermitted } from './permitted.js';
import type { Looking, NodesDeps } from './read-nodes.js';

export interface MetricsStreamLimits {
  /** From one reading to the next: metrics-server measures as often. Milliseconds. */
  everyMs: number;
  /** A reading is that of all who ask within so long. Milliseconds. */
  sharedMs: number;
  /** A stream ends after so long; whoever looks on opens it again. */
  longestMs: number;
}

const LIMITS: MetricsStreamLimits = { everyMs: 15_000, sharedMs: 10_000, longestMs: 3_600_000 };

/** Rejects before the first message where the caller may not look, or the cell does not answer. Ends when the signal aborts, or by itself. */
export type MetricsStream = (caller: Caller, instanceId: string, signal: AbortSignal) => AsyncIterable<readonly MetricsMessage[]>;

export function openMetricsStream(deps: NodesDeps, reads: OpenReads, limits: Partial<MetricsStreamLimits> = {}): MetricsStream {
  const { everyMs, sharedMs, longestMs } = { ...LIMITS, ...limits };
  const shared = new Map<string, { at: number; reading: Promise<InstanceMetrics> }>();
  /** The signal of one reader must not end what others wait for. */
  function read({ instance, audience }: Looking): Promise<InstanceMetrics> {
    const now = performance.now();
    for (const [key, { at }] of shared) if (now - at >= sharedMs) shared.delete(key);
    const key = `${audience} ${instance.id}`;
    const known = shared.get(key);
    if (known !== undefined) return known.reading;
    const reading = readMetrics(deps, { instance, audience });
    shared.set(key, { at: now, reading });
    return reading;
  }
  return async function* (caller, instanceId, signal) {
    const looking = await lookedAt(deps, caller, instanceId, signal);
    await requirePermitted(deps, looking, 'metrics');
    const end = reads.begin(caller.orgId);
    const until = performance.now() + longestMs;
    try {
      let metrics = await read(looking);
      for (;;) {
        yield [{ event: 'metrics', data: metrics }];
        if (!metrics.available) return;
        for (let isRead = false; !isRead; ) {
          await pause(everyMs, signal);
          if (signal.aborted || performance.now() > until) return;
          try {
            // It may have been deleted, or be another's, meanwhile.
            metrics = await read(await lookedAt(deps, caller, instanceId, signal));
            isRead = true;
          } catch (error) {
            if (!(error instanceof DomainError) || error.kind !== 'unavailable') return;
            yield [{ event: 'trouble', data: { message: error.message } }];
          }
        }
      }
    } finally {
      end();
    }
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
