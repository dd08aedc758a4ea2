/** A stub of the fleet API with one instance, for tests of commands: it remembers what was asked of it. */
import { type CommandLine, commandLine, type StubRequest, type StubServer, testToken } from '../context.testing.js';
import type { Context } from '../context.js';

export const INSTANCE = {
  id: 'instance-1',
  serviceId: 's-1',
  serviceEnvironmentId: 'se-1',
  resourceId: 'r-1',
  status: 'RUNNING',
  serviceName: 'Postgres',
  regionCode: 'eu-central-1',
};
export const FE = '/fleet/service/s-1/environment/se-1';
export const FI = `${FE}/instance/instance-1`;

export interface Fleet extends CommandLine {
  /** Requests that change something: `POST /path`, body. */
  changes: [string, unknown][];
}

/** `answer` comes first; what it leaves is answered with an instance, or an empty object. */
export async function fleet(answer: StubServer = () => undefined, described: object = {}, options: Partial<Context> = {}): Promise<Fleet> {
  const changes: [string, unknown][] = [];
  const server = (request: StubRequest) => {
    const { method, path, body } = request;
    if (method !== 'GET' && !path.includes('search-inventory')) changes.push([`${method} ${path}`, body]);
    const given = answer(request);
    if (given !== undefined) return given;
    if (path.includes('search-inventory')) return { body: { resourceInstanceResults: [INSTANCE] } };
    if (path === FI && method === 'GET') return { body: described };
    if (path === '/api/instances/instance-1/operations')
      return {
        body: { instanceId: 'instance-1', serviceId: 's-1', environmentId: 'se-1', status: 'RUNNING', createdAt: '', operations: [] },
      };
    return { body: {} };
  };
  const line = await commandLine(server, options);
  await line.context.sessions.write('http://127.0.0.1:8080', { email: 'ops@example.com', token: testToken(3600), refreshToken: 'r1' });
  return { ...line, changes };
}
