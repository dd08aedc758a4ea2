import { startTestServer } from '../packages/server/src/database/test-database.testing.js';

/** vitest's globalSetup: one PostgreSQL for all test files; the answer stops it if no other run uses it. */
export async function setup(): Promise<() => Promise<void>> {
  return startTestServer();
}
