/** A plan spec from a file, or from standard input. */
import { readFile } from 'node:fs/promises';
import type { Context } from '../context.js';
import { CommandFailure } from '../failure.js';

/** What `-f` is, for the help. */
export const SPEC = 'the spec; - reads it from standard input';

/** @throws CommandFailure if it cannot be read */
export async function readSpec(context: Context, file: string): Promise<Buffer> {
  if (file === '-') return Buffer.from(await context.readInput());
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(
      'bad_request',
      `${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}.`,
    );
  });
}
