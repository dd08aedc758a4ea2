/** Files that a command is given. */
import { readFile } from 'node:fs/promises';
import { CommandFailure } from './failure.js';
import { textOfBytes } from './utf8.js';

/** @throws CommandFailure if it cannot be read */
export async function readGivenFile(file: string): Promise<Buffer> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure(
      'bad_request',
      `${file} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}.`,
    );
  });
}

/** @throws CommandFailure if it cannot be read, or is not UTF-8 text */
export async function readGivenText(file: string): Promise<string> {
  return textOfBytes(await readGivenFile(file), file);
}
