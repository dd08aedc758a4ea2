/** The command tree. */
import { Command, CommanderError, Option } from 'commander';
import { addBuildCommands } from './command/build.js';
import { addInstanceCommands } from './command/instance.js';
import { addSecretCommands } from './command/secret.js';
import { addServerCommands } from './command/server.js';
import { addServiceCommands } from './command/service.js';
import { addServicePlanCommands } from './command/service-plan.js';
import { addSessionCommands } from './command/session.js';
import { addSimulateCommand } from './command/simulate.js';
import { addSnapshotCommands } from './command/snapshot.js';
import { addWorkflowCommands } from './command/workflow.js';
import { type Context, serverUrl } from './context.js';
import { failureText } from './failure.js';
import { FORMATS } from './output.js';

/** Makes the program. It never ends the process by itself: `run` answers the exit code. */
export function createProgram(context: Context, version: string): Command {
  const program = new Command('cellplane')
    .description('Turns a Kubernetes operator into a multi-tenant SaaS product')
    .option('--server <url>', 'address of the server (or CELLPLANE_SERVER; default http://127.0.0.1:8080)')
    .addOption(new Option('-o, --output <format>', 'what to print').choices(FORMATS).default('table'))
    .version(version, '--program-version', 'print the version of this program')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane check -f spec.yaml\n  cellplane login --email ops@example.com\n  cellplane build -f spec.yaml --product-name Postgres --release-as-preferred\n  cellplane instance create --service Postgres --plan "Postgres Operator" --wait',
    )
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => context.screen.write(text), writeErr: (text) => context.stderr(text) });
  addServerCommands(program, context);
  addSessionCommands(program, context);
  addBuildCommands(program, context);
  addSimulateCommand(program, context);
  addServiceCommands(program, context);
  addServicePlanCommands(program, context);
  addInstanceCommands(program, context);
  addSnapshotCommands(program, context);
  addWorkflowCommands(program, context);
  addSecretCommands(program, context);
  for (const command of allCommands(program)) inherit(command, context);
  return program;
}

/** Runs a command line. @returns the exit code: 0, or 1 with the reason on stderr */
export async function run(context: Context, version: string, args: readonly string[]): Promise<number> {
  const program = createProgram(context, version);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Help and usage errors have been printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    context.stderr(failureText(error));
    if (error instanceof Error && error.name === 'ConnectionError') context.stderr(notRunning(serverUrl(context, program.opts())));
    return 1;
  }
}

function notRunning(server: string): string {
  return `  Is the server running? Start one with "cellplane serve" (or "npm start"), or name another with --server; this was ${server}.\n`;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function inherit(command: Command, context: Context): void {
  command.exitOverride().configureOutput({ writeOut: (text) => context.screen.write(text), writeErr: (text) => context.stderr(text) });
  if (command.commands.length > 0) return;
  if (['serve', 'start', 'simulator', 'simulate'].includes(command.name())) return;
  command
    .option('--server <url>', 'address of the server')
    .addOption(new Option('-o, --output <format>', 'what to print').choices(FORMATS));
}
