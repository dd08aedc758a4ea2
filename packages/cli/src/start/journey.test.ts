import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { failureText } from '../failure.js';
import { hintsOf } from '../hint.js';
import { journeyToRunning } from './journey.js';
import { letsIn } from './tenants.js';

const customers = [{ email: 'ada@acme.example', password: 'x' }];
const signIns = { email: 'p@example.com', password: 'a long word', customers };
const screen = { write: () => {}, isTerminal: false, columns: 80, rows: 24, color: false };

/** A server that refuses every sign-in so. */
async function refusing(status: number, body: object): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const refusal = { name: 'auth_failure', message: 'No.', id: '1', fault: false, temporary: false, timeout: false };
const secondFactor = { challenge: 'c', methods: ['TOTP'], expiresAt: '2026-01-01T00:00:00Z' };

it('says what to do where the provider has a second factor, which start cannot give', async () => {
  const url = await refusing(401, { ...refusal, code: 'second-factor-needed', secondFactor });
  const failure: unknown = await journeyToRunning(url, signIns, screen).catch((error: unknown) => error);
  const text = failureText(failure, hintsOf({}, {}));
  expect(text).toContain('p@example.com has a second factor');
  expect(text).toContain('cellplane serve');
  expect(text).toContain('cellplane factor remove');
  expect(text).not.toContain('Sign in with: cellplane login');
});

it('tells of another refusal in the server’s words', async () => {
  const url = await refusing(400, { ...refusal, name: 'bad_request', code: 'wrong-credentials' });
  await expect(journeyToRunning(url, signIns, screen)).rejects.toMatchObject({ body: { code: 'wrong-credentials' } });
});

it('knows that a password is right where a second factor is asked for', async () => {
  const sent = { email: 'ada@acme.example', password: 'x' };
  expect(await letsIn(await refusing(401, { ...refusal, code: 'second-factor-needed', secondFactor }), sent)).toBe(true);
  expect(await letsIn(await refusing(400, { ...refusal, code: 'wrong-credentials' }), sent)).toBe(false);
});
