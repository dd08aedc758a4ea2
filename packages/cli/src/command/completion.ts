/** `completion`: the script that a shell reads to complete this command. */
import { Argument, type Command } from 'commander';
import type { Context } from '../context.js';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { NAME_KINDS, type NameKind, placesOf } from '../completion/places.js';
import { zshScript } from '../completion/zsh.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Adds the command. */
export function addCompletionCommand(program: Command, context: Context, whole: () => Promise<Command>): void {
  const group = program.command('completion');
  group
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      [
        '\nCommands, options and their choices are completed, and files where one is read; these stand in the script: print it anew with a new',
        'version of this program. Names of services, plans, environments and profiles, and ids of instances and subscriptions are asked of the',
        'server that you are signed in to; where it does not answer within three seconds, none are offered.\n',
        'Examples:',
        '  cellplane completion bash > ~/.local/share/bash-completion/completions/cellplane',
        '  cellplane completion zsh > ~/.zfunc/_cellplane      # with "fpath+=~/.zfunc" before "compinit" in ~/.zshrc',
        '  cellplane completion fish > ~/.config/fish/completions/cellplane.fish',
      ].join('\n'),
    )
    .action(async (shell: keyof typeof SCRIPTS) => {
      context.screen.write(SCRIPTS[shell](placesOf(await whole())));
    });
  group
    .command('names', { hidden: true })
    .addArgument(new Argument('<kind>', 'what is completed').choices(NAME_KINDS))
    .argument('[words...]', 'the command line so far')
    .description('Names and ids that are there, for the scripts')
    .addHelpText('after', '\nExample:\n  cellplane completion names plan -- instance create --service Postgres --plan ""')
    .action(async (kind: NameKind, words: string[]) => {
      const { namesOf, namesText } = await import('../completion/names.js');
      context.screen.write(namesText(await namesOf(context, kind, words)));
    });
}
