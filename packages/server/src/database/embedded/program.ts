import { CommandError, runCommand } from '../../exec/child-process.js';
import { DatabaseError } from '../database.js';
import type { Account } from './account.js';

/** Added to the small environment of PostgreSQL's programs. */
export const POSTGRES_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

/** The first data folder on a slow disk takes a while. Milliseconds. */
const LIMIT_MS = 300_000;

/** How a short program ended. */
export interface Ended {
  code: number;
  output: string;
}

/** Runs a program of PostgreSQL, or of the system, to its end. An abort rejects with the signal's reason. */
export async function runProgram(program: string, args: string[], account?: Account, signal?: AbortSignal): Promise<Ended> {
  try {
    const { exitCode, stdout, stderr } = await runCommand({
      program,
      args,
      env: POSTGRES_ENVIRONMENT,
      cwd: '/',
      timeoutMs: LIMIT_MS,
      ifMissing: 'Install the dependencies again (npm ci), or set DATABASE_URL.',
      ...(signal === undefined ? {} : { signal }),
      ...(account === undefined ? {} : { account: { uid: account.uid, gid: account.gid } }),
    });
    return { code: exitCode, output: `${stdout}${stderr}` };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CommandError) throw new DatabaseError(error.message, { cause: error });
    throw error;
  }
}
