/** Questions to the person at the terminal, where an option was not given. */
import type { Context } from '../../context.js';
import { CommandFailure } from '../../failure.js';

type Prompts = typeof import('@clack/prompts');

/** What the person types. @throws CommandFailure if nobody can be asked (it names the option to give), or if the person cancels */
export async function ask(context: Context, option: string, question: (prompts: Prompts) => Promise<string | symbol>): Promise<string> {
  if (!context.isInteractive) throw new CommandFailure('bad_request', `There is nobody to ask here: give ${option}.`);
  const prompts = await import('@clack/prompts');
  const answer = await question(prompts);
  if (prompts.isCancel(answer)) throw new CommandFailure('cancelled', 'Nothing was done.');
  return String(answer);
}

/** The text of an option, else what the person types. */
export async function optionOrAsk(context: Context, given: string | undefined, option: string, message: string): Promise<string> {
  return given ?? ask(context, option, (prompts) => prompts.text({ message }));
}

/** A password: standard input without one line ending at its end, else what the person types unseen. */
export async function askPassword(context: Context, options: { passwordStdin?: boolean }, message = 'Password'): Promise<string> {
  if (options.passwordStdin === true) return (await context.readInput()).replace(/\r?\n$/, '');
  return ask(context, '--password-stdin', (prompts) => prompts.password({ message }));
}

/** Of `askPassword`, for a password that is to be. */
export const NEW_PASSWORD = 'Password, 8 characters at least';

/** Help of `--password-stdin`. */
export const PASSWORD_STDIN = 'read the password from standard input; one line ending at its end is not part of it';
