import type { Room } from '../room.js';
import { nodeHandlers } from './handlers.js';
import { type LogStream, openLogStream } from './log-stream.js';
import { type MetricsStream, openMetricsStream } from './metrics-stream.js';
import { OpenReads } from './open-reads.js';
import type { NodesDeps } from './read-nodes.js';

export interface NodeStreams {
  log: LogStream;
  metrics: MetricsStream;
}

/** Logs that are followed, and that are read once, at the same time. A whole log takes megabytes of memory while it is read. */
const FOLLOWED = { perOrganization: 20, inAll: 200 };
const READ = { perOrganization: 4, inAll: 32 };

/** Gives the operations on what runs of an instance in its cell, and their streams. */
export function nodesRoom(deps: NodesDeps): Room & { nodeStreams: NodeStreams } {
  return {
    name: 'nodes',
    handlers: nodeHandlers(deps, new OpenReads('reads of logs', READ)),
    nodeStreams: {
      log: openLogStream(deps, new OpenReads('logs that are followed', FOLLOWED)),
      metrics: openMetricsStream(deps, new OpenReads('metrics that are followed', FOLLOWED)),
    },
  };
}
