/** A container's log as it is written, for one caller: what was written last, and then each line. */
import { type Caller, LOG_LINES, type LogMessage } from '@cellplane/api';
import { databaseTime } from '../database/clock.js';
import { messageOf } from '../errors.js';
import { askCell } from './ask-cell.js';
import { batched } from './batches.js';
import { lookedAt } from './looked-at.js';
import { askedLog, LOG_MS, newestLines, type OpenLog, openLog, unmaskedFor, type WantedLog } from './log.js';
import { Place, readLine } from './log-lines.js';
import type { OpenReads } from './open-reads.js';
import { requirePermitted } from './permitted.js';
import { isSimulated, type Looking, type NodesDeps } from './read-nodes.js';
import { maskingOf } from './secrets-of.js';

export interface LogStreamLimits {
  /** A stream ends after so long, and after so many characters; whoever reads on opens it again. */
  longestMs: number;
  characters: number;
  /** Secrets are read anew after so long. Milliseconds. */
  secretsMs: number;
}

const LIMITS: LogStreamLimits = { longestMs: 600_000, characters: 64 * 2 ** 20, secretsMs: 30_000 };
const BATCH = { most: 500, characters: 262_144, forMs: 100 };
/** Bytes of one line. */
const LONGEST_LINE = 1_048_576;

export interface FollowedLog extends Omit<WantedLog, 'previous'> {
  instanceId: string;
  /** `id` of the last lines that were received. */
  after?: string | undefined;
}

/** Rejects before the first message with what `readLog` rejects with. Ends when the signal aborts, or by itself, with a word why. */
export type LogStream = (caller: Caller, wanted: FollowedLog, signal: AbortSignal) => AsyncIterable<readonly LogMessage[]>;

export function openLogStream(deps: NodesDeps, reads: OpenReads, limits: Partial<LogStreamLimits> = {}): LogStream {
  const bounds = { ...LIMITS, ...limits };
  return async function* (caller, wanted, signal) {
    const looking = await lookedAt(deps, caller, wanted.instanceId, signal);
    await requirePermitted(deps, looking, 'logs');
    const end = reads.begin(caller.orgId);
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort('time'), bounds.longestMs);
    try {
      yield* follow(deps, { ...looking, signal: AbortSignal.any([signal, gone.signal]) }, wanted, { bounds, gone: gone.signal });
    } finally {
      clearTimeout(timer);
      gone.abort('left');
      end();
    }
  };
}

async function* follow(
  deps: NodesDeps,
  looking: Looking,
  wanted: FollowedLog,
  { bounds, gone }: { bounds: LogStreamLimits; gone: AbortSignal },
): AsyncGenerator<readonly LogMessage[]> {
  const { instance, audience, signal } = looking;
  const place = Place.of(wanted.after) ?? Place.begin();
  const since = place.since === undefined ? {} : { sinceTime: place.since };
  const { open, first } = await askCell(deps.cells, { instance, audience, asked: askedLog(wanted.node) }, async (client, cell) => {
    const found = await openLog(deps, client, looking, wanted, isSimulated(cell));
    if (found.simulated) return { open: found, first: [] };
    const of = { namespace: instance.namespace, name: wanted.node, container: found.container, ...since };
    const { lines } = await newestLines(
      client,
      { ...of, tail: place.since === undefined ? wanted.tail : LOG_LINES.most },
      found.masking,
      signal,
    );
    return { open: found, first: lines };
  });
  const { container, simulated, masking } = open;
  yield [
    { event: 'begin', data: { node: wanted.node, container, simulated, ...unmaskedFor(audience, masking) } },
    ...linesMessage(
      first.filter((line) => place.takes(line)),
      place,
    ),
  ];
  if (simulated) {
    yield [ended('simulated', 'The cell is a simulated one: no container runs there, so there is no log.')];
    return;
  }
  try {
    const isWhole = yield* written(deps, looking, { ...open, node: wanted.node, place }, bounds);
    yield [
      isWhole
        ? ended('ended', `Container ${container} of ${wanted.node} has ended.`)
        : ended('limit', 'So much was written that the stream ends here: open it again to go on.'),
    ];
  } catch (error) {
    if (gone.aborted && gone.reason === 'time') yield [ended('limit', 'The stream has been open for long: open it again to go on.')];
    else if (signal?.aborted !== true)
      yield [ended('broken', audience === 'FLEET' ? messageOf(error) : 'The connection to where it runs has broken.')];
  }
}

/** Answers whether the container has ended. @throws ApiError */
async function* written(
  deps: NodesDeps,
  { instance, signal }: Looking,
  { client, container, node, place, masking: known }: OpenLog & { node: string; place: Place },
  { characters, secretsMs }: LogStreamLimits,
): AsyncGenerator<readonly LogMessage[], boolean> {
  let masking = known;
  let readAt = performance.now();
  let sent = 0;
  place.rewind();
  const of = {
    namespace: instance.namespace,
    name: node,
    container,
    timestamps: true,
    sinceTime: place.since ?? (await databaseTime(deps.db)).toISOString(),
  };
  const options = { timeoutMs: LOG_MS, maxLineBytes: LONGEST_LINE, ...(signal === undefined ? {} : { signal }) };
  for await (const batch of batched(client.followLogs(of, options), BATCH)) {
    if (performance.now() - readAt > secretsMs) {
      masking = await maskingOf(deps.sealer, client, instance, signal);
      readAt = performance.now();
    }
    const lines = batch.map((line) => readLine(line, masking.text)).filter((line) => place.takes(line));
    sent += lines.reduce((sum, { text }) => sum + text.length, 0);
    yield linesMessage(lines, place);
    if (sent > characters) return false;
  }
  return true;
}

function linesMessage(lines: Extract<LogMessage, { event: 'lines' }>['data']['lines'], place: Place): LogMessage[] {
  return lines.length === 0 ? [] : [{ event: 'lines', data: { lines }, id: place.text }];
}

function ended(reason: Extract<LogMessage, { event: 'end' }>['data']['reason'], message: string): LogMessage {
  return { event: 'end', data: { reason, message } };
}
