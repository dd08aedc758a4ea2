/** Entry of the `cellplane` command. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { sessionFile } from './config.js';
import type { Context } from './context.js';
import { calledAs } from './hint.js';
import { textOfBytes } from './utf8.js';
import { run } from './program.js';
import { standardOutput } from './progress/screen.js';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

/** Commands that stay up. */
const SERVERS = new Set(['serve', 'start', 'simulator']);

const file = sessionFile(homedir());
const context: Context = {
  env: process.env,
  sessions: file,
  profiles: file,
  screen: standardOutput(),
  stderr: (text) => void process.stderr.write(text),
  readInput,
  isInteractive: process.stdin.isTTY,
  ask,
  userAgent: `cellplane/${version}`,
  calledAs: calledAs({ script: process.argv[1], env: process.env, folder: process.cwd() }),
  onInterrupt: (stop) => {
    process.on('SIGINT', stop);
    return () => void process.off('SIGINT', stop);
  },
};

// Output that goes nowhere ends what was asked for it, but not a server: its work is not its words.
const servesOn = process.argv.slice(2).some((word) => SERVERS.has(word));
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (servesOn) return;
    // A reader that goes away (`| head`) is no error.
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    // A terminal that was closed: SIGHUP says so, too, and what runs is ended in order.
    if (error.code === 'EIO') return;
    if (stream === process.stdout) process.stderr.write(`The output could not be written: ${error.message}.\n`);
    process.exit(1);
  });

const code = await run(context, version, process.argv.slice(2));
// A display that was ended still has its connection.
if (code === 130) process.exit(code);
if (code !== 0) process.exitCode = code;

/** On stderr: the question is nothing that a program wants to read. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return textOfBytes(Buffer.concat(chunks), 'Standard input');
}
