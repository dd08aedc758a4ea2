/** A plan spec from a file, or from standard input. */
import type { Context } from '../context.js';
import { readGivenFile } from '../given-file.js';

/** What `-f` is, for the help. */
export const SPEC = 'the spec; - reads it from standard input';

/** @throws CommandFailure if it cannot be read */
export async function readSpec(context: Context, file: string): Promise<Buffer> {
  return file === '-' ? Buffer.from(await context.readInput()) : readGivenFile(file);
}
