/** `serve`, `simulator`, `start`: the programs themselves. They are loaded only when asked for, so that other commands start fast. */
import { once } from 'node:events';
import { type Command, InvalidArgumentError } from 'commander';
import type { Context } from '../context.js';

/** Adds the commands. */
export function addServerCommands(program: Command, context: Context): void {
  program
    .command('serve')
    .addHelpText('after', '\nExample:\n  CELLPLANE_PORT=9090 cellplane serve')
    .action(async () => {
      const { main } = await import('@cellplane/server');
      await main();
    });
  program
    .command('start')
    .addHelpText('after', '\nExample:\n  cellplane start --once')
    .option('--once', 'end when the instance runs')
    .option('-y, --yes', 'install into the cluster of CELLPLANE_KUBECONFIG without asking')
    .action(async (options: { once?: boolean; yes?: boolean }) => {
      const { start } = await import('../start/start.js');
      const current = (await context.profiles?.readProfiles())?.current;
      if (current !== undefined)
        context.stderr(
          `Your commands use the profile "${current}". For those that are printed below, leave it: cellplane profile use --none\n`,
        );
      process.exitCode = await start({
        once: options.once === true,
        yes: options.yes === true,
        screen: context.screen,
        ask: context.isInteractive && context.ask !== undefined ? async (question) => context.ask?.(question) ?? '' : undefined,
      });
    });
  program
    .command('simulator')
    .option('--data-dir <path>', 'where its objects are kept; without it, in memory')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port; any free one if left out', wholeNumber)
    .option('--speed <factor>', 'how fast its operators work; 2 is twice as fast', positive)
    .addHelpText(
      'after',
      '\nPrints one line of JSON with its address and a kubeconfig when it is ready.\n\nExample:\n  cellplane simulator --port 6443 --speed 2',
    )
    .action(async (options: { dataDir?: string; host: string; port?: number; speed?: number }) => {
      const { startSimulator } = await import('@cellplane/simulator');
      const { interruption } = await import('@cellplane/server/launch');
      const interrupted = interruption();
      const simulator = await startSimulator(options);
      context.screen.write(`${JSON.stringify({ url: simulator.url, kubeconfig: simulator.kubeconfig })}\n`);
      if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort');
      interrupted.atOnce.addEventListener('abort', () => process.exit(1), { once: true });
      await simulator.stop();
      interrupted.dispose();
    });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError('It must be a port from 0 to 65535.');
  return Number(text);
}

function positive(text: string): number {
  if (!(Number(text) > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return Number(text);
}
