/** Errors as the terminal shows them: two lines on stderr, then every detail with its cure. The exit code is 1. */
import type { ErrorBody } from '@cellplane/api';
import { ResponseError } from '@cellplane/api/client';
import type { Hints } from './hint.js';

/** Something that this command itself refuses. `name` is the class that is printed. */
export class CommandFailure extends Error {
  constructor(
    override readonly name: string,
    message: string,
    /** What helps: words in front of a command (`See:` if there are none), and the words of the command. */
    readonly next: readonly { say?: string; command: readonly string[] }[] = [],
  ) {
    super(message);
  }
}

/** Something would change, and the exit code was to say so: 2. Everything has been printed. */
export class Differences extends Error {}

/** A person has ended a display with Ctrl-C: what it shows goes on. */
export class Interrupted extends Error {
  constructor(
    /** What goes on. */
    readonly what: string,
    /** Words of the command that shows it again. */
    readonly again: readonly string[],
  ) {
    super(what);
  }
}

/** The text for stderr. */
export function failureText(error: unknown, hints: Hints): string {
  if (error instanceof ResponseError) return responseText(error.body, hints);
  if (error instanceof Interrupted)
    return `\n${error.what} goes on; only this display has ended. Follow it with: ${hints(...error.again)}\n`;
  const name =
    error instanceof Error && error.name !== 'Error' ? error.name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase() : 'failed';
  const message = error instanceof Error ? error.message : String(error);
  const next = error instanceof CommandFailure ? error.next : [];
  const see = next.filter(({ say }) => say === undefined).map(({ command }) => ` See: ${hints(...command)}`);
  const lines = next.filter(({ say }) => say !== undefined).map(({ say, command }) => `  ${say} ${hints(...command)}\n`);
  return `Error: ${name}\nDetail: ${message}${see.join('')}\n${lines.join('')}`;
}

function responseText(body: ErrorBody, hints: Hints): string {
  const lines = [`Error: ${body.name}`, `Detail: ${body.message}`];
  // A detail whose sentence is in the message already is said once; its cure may still be missing there.
  for (const detail of body.details ?? []) {
    const isSaid = body.message.includes(detail.message) && (detail.field === undefined || body.message.includes(detail.field));
    if (!isSaid) lines.push(`  ${detail.field === undefined || detail.field === '' ? '' : `${detail.field}: `}${detail.message}`);
    if (detail.cure !== undefined && detail.cure !== '' && !body.message.includes(detail.cure)) lines.push(`    ${detail.cure}`);
  }
  if (body.name === 'auth_failure') lines.push(`  Sign in with: ${hints('login')}`);
  return `${lines.join('\n')}\n`;
}
