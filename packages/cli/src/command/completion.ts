/** `completion`: the script that a shell reads to complete this command. */
import { Argument, type Command } from 'commander';
import type { Context } from '../context.js';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { placesOf } from '../completion/places.js';
import { zshScript } from '../completion/zsh.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Adds the command. */
export function addCompletionCommand(program: Command, context: Context, whole: () => Promise<Command>): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .addHelpText(
      'after',
      [
        '\nCommands, options and their choices are completed, and files where one is read. The script holds all of them: print it anew with',
        'a new version of this program.\n',
        'Examples:',
        '  cellplane completion bash > ~/.local/share/bash-completion/completions/cellplane',
        '  cellplane completion zsh > ~/.zfunc/_cellplane      # with "fpath+=~/.zfunc" before "compinit" in ~/.zshrc',
        '  cellplane completion fish > ~/.config/fish/completions/cellplane.fish',
      ].join('\n'),
    )
    .action(async (shell: keyof typeof SCRIPTS) => {
      context.screen.write(SCRIPTS[shell](placesOf(await whole())));
    });
}
