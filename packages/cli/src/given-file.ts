/** Files that a command is given. */
import { readFile } from 'node:fs/promises';
import { CommandFailure } from '../failure.js';

/** @throws CommandFailure if it cannot be read */
export async function readGivenFile(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(
      'bad_request',
      `${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}.`,
    );
  });
}
