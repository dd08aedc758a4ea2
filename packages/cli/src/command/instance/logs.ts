/** `instance logs`: what a container of an instance has written, and what it writes. */
import type { LogLine } from '@cellplane/api';
import { type Client, LOG_LINES } from '@cellplane/api/client';
import type { Command } from 'commander';
import { type Context, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { jsonText } from '../../output.js';
import { lasting } from '../../progress/patience.js';
import { type InstanceOptions, onInstance, readCount } from './action.js';

interface LogOptions extends InstanceOptions {
  node?: string;
  container?: string;
  previous?: boolean;
  tail?: string;
  follow?: boolean;
  timestamps?: boolean;
}

/** Adds the command. */
export function addInstanceLogs(group: Command, context: Context): void {
  onInstance(
    group,
    context,
    'logs',
    'The last lines of a container of an instance; secrets of the instance are masked (docs/nodes-and-logs.md)',
    async (client, id, options: LogOptions) => {
      const tail = readCount('--tail', options.tail ?? String(LOG_LINES.usual));
      const node = options.node ?? (await firstNode(client, id));
      if (options.follow === true && options.previous === true)
        throw new CommandFailure('bad_request', 'A container that has ended writes nothing more: give --follow or --previous, not both.');
      if (options.follow === true) return follow(context, { id, node, tail }, options);
      const log = await client.readInstanceLog({
        params: { id, node },
        query: { tail, ...containerOf(options), ...(options.previous === true ? { previous: true } : {}) },
      });
      if (options.output === 'json') return context.screen.write(jsonText(log));
      print(context, log.lines, options);
      if (log.truncated) say(context, options, `Only the last ${log.lines.length} lines fit into an answer.`);
      if (log.simulated) say(context, options, 'The cell is a simulated one: no container runs there, so there is no log.');
      if (log.unmasked !== undefined) say(context, options, `Not all secrets are known, and so not masked: ${log.unmasked}`);
    },
    '--follow',
  )
    .option('--node <name>', 'a Pod, as "instance nodes" lists them; without it, the main one')
    .option('--container <name>', 'a container of it; without it, the first')
    .option('--previous', 'from before the last restart of the container')
    .option('--tail <number>', `lines from before, ${LOG_LINES.most} at most`, String(LOG_LINES.usual))
    .option('--timestamps', 'each line with its time')
    .option('-f, --follow', 'and what is written from now on, until Ctrl-C');
}

function containerOf({ container }: LogOptions): { container?: string } {
  return container === undefined ? {} : { container };
}

async function firstNode(client: Client, id: string): Promise<string> {
  const { nodes } = await client.listInstanceNodes({ params: { id } });
  const [first] = nodes;
  if (first === undefined) throw new CommandFailure('not_found', `${id} has no nodes now, so there is no log.`);
  return first.id;
}

/** Also over a restart of the server; until the container ends. */
async function follow(context: Context, of: { id: string; node: string; tail: number }, options: LogOptions): Promise<void> {
  let after: string | undefined;
  const stream = async function* () {
    const client = await signedIn(context, options);
    const place = after === undefined ? { tail: of.tail } : { after };
    yield* client.followLog({ id: of.id, node: of.node }, { ...containerOf(options), ...place });
  };
  for await (const message of lasting(stream, { pause: context.pause })) {
    if (message.event === 'trouble') context.stderr(`${message.message}\n`);
    else if (message.event === 'lines') {
      after = message.id;
      if (options.output === 'json') for (const line of message.data.lines) context.screen.write(`${JSON.stringify(line)}\n`);
      else print(context, message.data.lines, options);
    } else if (message.event === 'end' && message.data.reason !== 'limit') {
      context.stderr(`${message.data.message}\n`);
      if (message.data.reason !== 'broken') return;
    }
  }
}

function print(context: Context, lines: readonly LogLine[], { timestamps }: LogOptions): void {
  for (const { at, text } of lines) context.screen.write(`${timestamps === true && at !== '' ? `${at} ` : ''}${harmless(text)}\n`);
}

/** What a container writes must not steer the terminal of whoever reads it. */
function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t]/gu, '\u{fffd}');
}
