/** `instance nodes | events | metrics`: what runs of an instance in its cell, and what Kubernetes says about it. */
import type { InstanceNode } from '@cellplane/api';
import type { Command } from 'commander';
import { type Context, printList, say } from '../../context.js';
import { age } from '../../progress/lines.js';
import { type InstanceOptions, onInstance, readCount } from './action.js';

interface EventOptions extends InstanceOptions {
  object?: string;
  warnings?: boolean;
  limit?: string;
}

const GIB = 2 ** 30;

/** Adds the commands. */
export function addInstanceNodes(group: Command, context: Context): void {
  onInstance(
    group,
    context,
    'nodes',
    'The Pods of an instance: role, health, restarts, and why one is not well',
    async (client, id, options) => {
      const { nodes, simulated, unread } = await client.listInstanceNodes({ params: { id } });
      const isForProvider = nodes.some(({ machine }) => machine !== undefined);
      printList(context, options, nodes, {
        NODE: (row) => row.id,
        ROLE: (row) => row.role,
        STATUS: (row) => row.status,
        HEALTH: (row) => row.healthStatus,
        RESTARTS: (row) => row.restarts,
        AGE: (row) => age(row.since),
        CPU: (row) => amount(row.cpu, 1),
        'MEMORY GIB': (row) => amount(row.memory, GIB),
        ...(isForProvider ? { MACHINE: (row: InstanceNode) => row.machine, ZONE: (row: InstanceNode) => row.availabilityZone } : {}),
      });
      if (options.output === 'json') return;
      for (const { reason } of nodes)
        if (reason !== undefined) say(context, options, [reason.cause, reason.words, reason.cure].filter((one) => one !== '').join(': '));
      if (simulated) say(context, options, 'The cell is a simulated one: no container runs there.');
      for (const why of unread) say(context, options, `Could not be read: ${why}`);
    },
  );
  onInstance(
    group,
    context,
    'metrics',
    'Processor and memory that an instance uses now, where its cell has a metrics API',
    async (client, id, options) => {
      const { samples, message } = await client.readInstanceMetrics({ params: { id } });
      printList(context, options, samples, {
        NODE: (row) => row.node,
        CORES: (row) => Math.round(row.cpu * 1_000) / 1_000,
        'MEMORY GIB': (row) => Math.round((row.memory / GIB) * 1_000) / 1_000,
        MEASURED: (row) => age(row.at),
      });
      if (message !== undefined) say(context, options, message);
    },
  );
  onInstance(
    group,
    context,
    'events',
    'Events of Kubernetes in the namespace of an instance, newest first',
    async (client, id, options: EventOptions) => {
      const { events } = await client.listClusterEvents({
        params: { id },
        query: {
          ...(options.warnings === true ? { type: 'Warning' as const } : {}),
          ...(options.object === undefined ? {} : { object: options.object }),
          ...(options.limit === undefined ? {} : { limit: readCount('--limit', options.limit) }),
        },
      });
      printList(context, options, events, {
        LAST: (row) => age(row.at),
        TYPE: (row) => row.type,
        OBJECT: (row) => row.object,
        REASON: (row) => row.reason,
        TIMES: (row) => row.count,
        MESSAGE: (row) => row.message,
        FROM: (row) => row.source,
      });
    },
    '--warnings',
  )
    .option('--warnings', 'only those that warn')
    .option('--object <Kind/name>', 'only of this object')
    .option('--limit <number>', 'how many, 500 at most', '100');
}

/** What is asked for, and the limit: `0.5 of 2`. */
function amount({ request, limit }: InstanceNode['cpu'], unit: number): string {
  const shown = (value: number | undefined) => (value === undefined ? '-' : String(Math.round((value / unit) * 100) / 100));
  return request === undefined && limit === undefined ? '' : `${shown(request)} of ${shown(limit)}`;
}
