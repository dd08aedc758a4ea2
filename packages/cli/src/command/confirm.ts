/** Asking before what cannot be taken back. */
import type { Context } from '../context.js';
import { CommandFailure } from '../failure.js';

/**
 * Asks a person to type y, unless `--yes` was given.
 * @throws CommandFailure if the answer is anything else, or nobody can be asked
 */
export async function confirm(context: Context, options: { yes?: boolean }, what: string): Promise<void> {
  if (options.yes === true) return;
  if (!context.isInteractive || context.ask === undefined) throw new CommandFailure('bad_request', `${what} Say so with --yes.`);
  const answer = await context.ask(`${what} Type y to go on: `).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    // Ctrl-C and Ctrl-D are an answer, too; they leave the question's line open.
    context.stderr('\n');
    return '';
  });
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailure('cancelled', 'Nothing was done.');
}
