import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a program of this folder in a process of its own; answers the JSON that it prints. Rejects if it fails. */
export function runProgram<Answer>(file: string, args: string[]): Promise<Answer> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve(JSON.parse(output) as Answer) : reject(new Error(`${file} ended with code ${code}`))));
  });
}

/** A program of this folder that says `ready` and then waits for lines on its standard input. */
export interface Program {
  child: ChildProcess;
  pid: number;
  /** Rejects if it ends before. */
  ready: Promise<void>;
  send(line: string): void;
  /** Called with each further line that it prints. */
  onLine(listener: (line: string) => void): void;
  /** Closes its input, which ends it, and waits for that. */
  stop(): Promise<void>;
}

/** Starts a program of this folder and leaves it running. */
export function startProgram(file: string, args: string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const listeners: ((line: string) => void)[] = [];
  const ended = once(child, 'exit');
  let rest = '';
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'ready') resolve();
        else for (const listener of listeners) listener(line);
      }
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${file} ended with code ${code}`)));
  });
  // Whoever killed it knows.
  ready.catch(() => {});
  child.stdin.on('error', () => {});
  return {
    child,
    pid: child.pid ?? 0,
    ready,
    send: (line) => child.stdin.write(`${line}\n`),
    onLine: (listener) => listeners.push(listener),
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
