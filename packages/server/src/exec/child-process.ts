import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { onSuddenEnd } from '../process/last-resort.js';
import { childEnvironment } from './child-environment.js';
import { type ProcessGroup, killGroup, processGroup } from './process-group.js';

/** A program to run. Arguments are an array and never pass a shell. */
export interface Command {
  /** Name on PATH or a path. */
  program: string;
  args: string[];
  /** Added to a small, fixed environment; the server's own variables are not handed on. */
  env?: Record<string, string>;
  cwd: string;
  /** The whole group is killed after this. Milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Runs under this account instead of ours. */
  account?: { uid: number; gid: number };
  /** Called once the child runs, before anything waits for it: the place to record the process group. A rejection kills the child. */
  onStarted?: (group: ProcessGroup) => Promise<void>;
  /** Gets what the program writes to either output, as it comes. */
  onOutput?: (text: string) => void;
  /** What to do if the program is missing; ends the message. */
  ifMissing: string;
}

/** How a program ended. Output is cut to its last 64 KiB each. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A program that could not be started, was killed by its time limit, or was aborted. An exit code is not an error here. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    message: string,
    readonly code: 'program-missing' | 'program-timeout' | 'program-aborted' | 'program-killed',
    readonly stderr = '',
  ) {
    super(message);
  }
}

const OUTPUT_LIMIT = 64 * 1024;

/**
 * Starts a program in a process group of its own, with the small environment of children and what `env` adds. Every child of
 * the server starts here, so that none of them gets Cellplane's own variables. No shell.
 */
export function startChild(
  program: string,
  args: string[],
  options: Pick<SpawnOptions, 'cwd' | 'stdio' | 'uid' | 'gid'> & { env?: Record<string, string> },
): ChildProcess {
  return spawn(program, args, { ...options, env: childEnvironment(options.env), detached: true, shell: false });
}

/**
 * Runs a program in a process group of its own and waits for its end. The group is killed on time-out, on abort and when
 * `onStarted` rejects, so that nothing the program started survives it.
 */
export async function runCommand(command: Command): Promise<CommandResult> {
  command.signal?.throwIfAborted();
  const child = startChild(command.program, command.args, {
    cwd: command.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(command.env === undefined ? {} : { env: command.env }),
    ...command.account,
  });
  const stdout = tail();
  const stderr = tail();
  follow(child.stdout, stdout, command.onOutput);
  follow(child.stderr, stderr, command.onOutput);

  let killedFor: CommandError['code'] | undefined;
  const kill = (reason: CommandError['code']) => {
    killedFor ??= reason;
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const timer = setTimeout(() => kill('program-timeout'), command.timeoutMs);
  const forget = onSuddenEnd(() => child.pid !== undefined && killGroup(child.pid));
  const onAbort = () => kill('program-aborted');
  command.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'ENOENT' || error.code === 'EACCES'
            ? new CommandError(`${command.program} cannot be run (${error.code}). ${command.ifMissing}`, 'program-missing')
            : error,
        ),
      );
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    let recordingFailed: unknown;
    if (child.pid !== undefined && command.onStarted !== undefined) {
      await command.onStarted(processGroup(child.pid)).catch((error: unknown) => {
        recordingFailed = error ?? new Error('the process group could not be recorded');
        kill('program-aborted');
      });
    }
    const { code, signal } = await ended;
    if (recordingFailed !== undefined) throw recordingFailed;
    if (killedFor !== undefined) throw new CommandError(killedMessage(command, killedFor), killedFor, stderr.text());
    if (code === null) throw new CommandError(`${command.program} was killed by ${signal}.`, 'program-killed', stderr.text());
    return { exitCode: code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    forget();
    clearTimeout(timer);
    command.signal?.removeEventListener('abort', onAbort);
  }
}

/** Keeps the end of an output, and hands it on as text: a character may come in two parts. */
function follow(output: Readable | null, kept: { add(chunk: Buffer): void }, onOutput: Command['onOutput']): void {
  const decoder = new StringDecoder('utf8');
  output?.on('data', (chunk: Buffer) => {
    kept.add(chunk);
    onOutput?.(decoder.write(chunk));
  });
}

function killedMessage(command: Command, reason: CommandError['code']): string {
  const what = `${command.program} ${command.args[0] ?? ''}`.trim();
  return reason === 'program-timeout'
    ? `${what} did not end within ${Math.round(command.timeoutMs / 1000)} s and was stopped.`
    : `${what} was stopped.`;
}

function tail(): { add(chunk: Buffer): void; text(): string } {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > 4 * OUTPUT_LIMIT) {
        const kept = Buffer.concat(chunks).subarray(-OUTPUT_LIMIT);
        chunks = [kept];
        size = kept.length;
      }
    },
    text: () => Buffer.concat(chunks).subarray(-OUTPUT_LIMIT).toString('utf8'),
  };
}
