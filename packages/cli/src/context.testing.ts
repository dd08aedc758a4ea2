/** A command line in process: `run(...)` with a stub server, its own home, and what it printed. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionFile } from './config.js';
import type { Context } from './context.js';
import { run } from './program.js';

export interface StubRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  token: string | undefined;
}

/** What the stub server answers; nothing = connection refused. */
export type StubServer = (request: StubRequest) => { status?: number; body: unknown } | undefined;

export interface CommandLine {
  context: Context;
  home: string;
  /** Runs a command and answers its exit code and what it printed. */
  run(...args: string[]): Promise<{ code: number; out: string; err: string }>;
}

export async function commandLine(server: StubServer, options: Partial<Context> = {}): Promise<CommandLine> {
  const home = await mkdtemp(join(tmpdir(), 'cellplane-cli-'));
  const file = sessionFile(home);
  let [out, err] = ['', ''];
  const stub: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    const authorization = new Headers(init?.headers).get('authorization') ?? undefined;
    const answer = server({
      method: init?.method ?? 'GET',
      path: url.pathname.replace('/2022-09-01-00', ''),
      query: url.searchParams,
      body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
      token: authorization?.replace('Bearer ', ''),
    });
    if (answer === undefined) throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:8080') });
    const text = answer.body === undefined ? null : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return new Response(text, { status: answer.status ?? 200 });
  };
  const context: Context = {
    env: {},
    sessions: file,
    profiles: file,
    screen: { write: (text) => void (out += text), isTerminal: false, columns: 120, rows: 40, color: false },
    stderr: (text) => void (err += text),
    readInput: async () => '',
    isInteractive: false,
    userAgent: 'cellplane/test',
    fetch: stub,
    ...options,
  };
  return {
    context,
    home,
    async run(...args) {
      [out, err] = ['', ''];
      const code = await run(context, '0.0.0', args);
      return { code, out, err };
    },
  };
}

/** An access token with this many seconds left. */
export function testToken(secondsLeft: number, id = 'a'): string {
  const payload = { exp: Math.floor(Date.now() / 1000) + secondsLeft, jti: id };
  return `h.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.s`;
}

export function errorBody(name: string, message: string, more: object = {}) {
  return { name, message, id: 'x', fault: false, temporary: false, timeout: false, ...more };
}
