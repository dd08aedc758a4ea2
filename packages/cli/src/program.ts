/** The command tree. */
import { Command, CommanderError, Help, Option } from 'commander';
import { MODULES } from './command/modules.js';
import { type Context, serverUrl } from './context.js';
import { Differences, failureText, Interrupted } from './failure.js';
import { hintsOf } from './hint.js';
import { FORMATS } from './output.js';
import { inProfile } from './profile.js';

/** As a shell has it of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;
/** Exit code: something would change. */
const DIFFERENT = 2;
const VERBOSE = 'of what waits or has failed: every cause, and all that is said of it';
/** Options with which the first word of a command line may begin, and that take a value. */
const VALUED = ['--server', '--profile', '-o', '--output'];
/** Commands that are not asked which server they speak to, and have no format. */
const WITHOUT_SERVER = ['serve', 'start', 'simulator', 'simulate', 'completion'];
/** Commands that speak to no server of somebody's, or say themselves which. */
const WITHOUT_PROFILE = new Set([...WITHOUT_SERVER, 'profile', 'check', 'doctor']);

/**
 * Makes the program. It never ends the process by itself: `run` answers the exit code.
 * @param wanted the command of the first level that is used, or `all`; of others the program knows name and description only
 */
export async function createProgram(context: Context, version: string, wanted: string): Promise<Command> {
  const program = new Command('cellplane')
    .description('Turns a Kubernetes operator into a multi-tenant SaaS product')
    .option('--server <url>', 'address of the server (or CELLPLANE_SERVER; default http://127.0.0.1:8080)')
    .option('--profile <name>', 'a server by its name (or CELLPLANE_PROFILE; see "profile")')
    .addOption(new Option('-o, --output <format>', 'what to print').choices(FORMATS).default('table'))
    .option('--verbose', VERBOSE)
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane check -f spec.yaml\n  cellplane login --email ops@example.com\n  cellplane build -f spec.yaml --product-name Postgres --release-as-preferred\n  cellplane instance create --service Postgres --plan "Postgres Operator" --wait',
    )
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => context.screen.write(text), writeErr: (text) => context.stderr(text) });
  // Not an option of the program: `instance create --version` is another one, and the program would take it away.
  program.configureHelp({
    subcommandTerm: (command) => (command.parent === program ? command.name() : new Help().subcommandTerm(command)),
    visibleOptions: (command) => [
      ...new Help().visibleOptions(command),
      ...(command === program ? [new Option('-V, --version', `print the version of this program (${version})`)] : []),
    ],
  });
  for (const { commands, load } of MODULES) {
    const isWanted = wanted === 'all' || wanted in commands;
    if (isWanted) (await load())(program, context, () => createProgram(context, '', 'all'));
    else for (const name of Object.keys(commands)) program.command(name);
    for (const [name, description] of Object.entries(commands))
      program.commands.find((command) => command.name() === name)?.description(description);
  }
  for (const command of allCommands(program)) inherit(command, context);
  program.hook('preAction', async (_, command) => {
    if (WITHOUT_PROFILE.has(nameAtFirstLevel(command))) return;
    Object.assign(context, await inProfile(context, command.optsWithGlobals<{ profile?: string; server?: string }>()));
  });
  return program;
}

function nameAtFirstLevel(command: Command): string {
  const { parent } = command;
  return parent?.parent ? nameAtFirstLevel(parent) : command.name();
}

/** Runs a command line. @returns the exit code: 0, 1 with the reason on stderr, 2 where a difference was asked for by exit code, or 130 after Ctrl-C in a display */
export async function run(given: Context, version: string, args: readonly string[]): Promise<number> {
  // The profile of this command line is chosen below, for it alone.
  const context = { ...given };
  const first = firstWord(args);
  if (first === '--version' || first === '-V' || first === '--program-version') {
    context.screen.write(`${version}\n`);
    return 0;
  }
  const program = await createProgram(context, version, first === 'help' ? (args[args.indexOf(first) + 1] ?? '') : first);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Help and usage errors have been printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    if (error instanceof Differences) return DIFFERENT;
    context.stderr(failureText(error, hintsOf(context, program.opts())));
    if (error instanceof Error && error.name === 'ConnectionError') context.stderr(notRunning(context, program.opts()));
    return error instanceof Interrupted ? INTERRUPTED : 1;
  }
}

/** The first word that is neither an option of the program nor the value of one; empty if there is none. */
function firstWord(args: readonly string[]): string {
  const [word, next] = args;
  if (word === undefined) return '';
  if (VALUED.includes(word)) return next === undefined ? '' : firstWord(args.slice(2));
  return VALUED.some((option) => word.startsWith(option.startsWith('--') ? `${option}=` : option)) || word === '--verbose'
    ? firstWord(args.slice(1))
    : word;
}

function notRunning(context: Context, options: { server?: string; profile?: string }): string {
  const serve = hintsOf(context, {})('serve');
  return `  Is the server running? Start one with "${serve}" (or "npm start"), or name another with --server; this was ${serverUrl(context, options)}.\n`;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function inherit(command: Command, context: Context): void {
  command.exitOverride().configureOutput({ writeOut: (text) => context.screen.write(text), writeErr: (text) => context.stderr(text) });
  // A group that has options of its own is a command, too.
  if (command.commands.length > 0 && command.options.length === 0) return;
  if (WITHOUT_SERVER.includes(command.name())) return;
  command
    .option('--server <url>', 'address of the server')
    .option('--profile <name>', 'a server by its name')
    .addOption(new Option('-o, --output <format>', 'what to print').choices(FORMATS))
    .option('--verbose', VERBOSE);
}
