/** What a hostile stranger and a hostile tenant send, each over and over for a while; `bench/defended.ts` measures the others meanwhile. */
import { request } from 'node:http';
import { planHead } from './plan-head.js';

/** Whom an attack is against, and what it may use. */
export interface Target {
  url: string;
  /** Of the attacker's own session. */
  token: string;
  serviceId: string;
  instanceId: string;
  resourceKey: string;
  /** Paths that create an instance of the plans of `hostilePlans`, by the plan's name. */
  creates: Record<string, string>;
}

export interface Attack {
  name: string;
  /** Requests under way at once. */
  atOnce: number;
  /** One request; answers its status, 0 if there was no answer. */
  send(target: Target, turn: number): Promise<number>;
}

const MIB = 1024 * 1024;
const BASE = '/2022-09-01-00';

const signIn =
  (body: string | Buffer): Attack['send'] =>
  (target) =>
    post(target, `${BASE}/signin`, body, false);
const signInWith = (members: string) => signIn(`{"email":"a@example.com","password":"x",${members}}`);

const create =
  (plan: string, requestParams: Record<string, unknown>): Attack['send'] =>
  (target) =>
    post(target, target.creates[plan] ?? '', JSON.stringify({ cloud_provider: 'aws', region: 'us-east-1', requestParams }), true);

const evaluate =
  (expression: string): Attack['send'] =>
  (target) => {
    const { serviceId, instanceId, resourceKey } = target;
    const body = JSON.stringify({ serviceID: serviceId, instanceID: instanceId, resourceKey, expression });
    return post(target, `${BASE}/resource-instance/expression-evaluator`, body, true);
  };

const dryRun =
  (spec: string): Attack['send'] =>
  (target) => {
    const fileContent = Buffer.from(spec).toString('base64');
    const body = JSON.stringify({ name: 'Bomb', fileContent, environment: 'Dev', environmentType: 'DEV', dryrun: true });
    return ask(target, { method: 'PUT', path: `${BASE}/service/serviceplanspec`, body, auth: true });
  };

/** Each of its own kind; those before the streams need no session. */
export const ATTACKS: Attack[] = [
  { name: 'body: 31 MiB string', atOnce: 2, send: signIn(Buffer.from(`{"email":"${'a'.repeat(31 * MIB)}","password":"x"}`)) },
  { name: 'body: 10 million empty lists', atOnce: 2, send: signInWith(`"z":[${'[],'.repeat(10_000_000)}1]`) },
  { name: 'body: 5 million levels', atOnce: 2, send: signInWith(`"z":${'['.repeat(5_000_000)}${']'.repeat(5_000_000)}`) },
  { name: 'body: 60,000 quotes in an id', atOnce: 4, send: signInWith(`"aId":"x${'\\"'.repeat(30_000)}x"`) },
  { name: 'body: text that ends too early', atOnce: 4, send: signIn(`{"email":"${'\\n'.repeat(30_000)}`) },
  {
    name: 'path: 15,500 slashes',
    atOnce: 4,
    send: (target) => ask(target, { method: 'GET', path: `/a${'/'.repeat(15_500)}a/`, auth: false }),
  },
  {
    name: 'sign-ins: 100 unknown names at once',
    atOnce: 100,
    send: (target, turn) => post(target, `${BASE}/signin`, `{"email":"u${turn}@example.com","password":"${'x'.repeat(20)}"}`, false),
  },
  {
    name: 'sign-ins: made-up API keys',
    atOnce: 16,
    send: (target, turn) => post(target, `${BASE}/signin`, `{"email":"apikey@apikeys.invalid","password":"om_${turn}"}`, false),
  },
  {
    name: 'streams: 500 of one instance',
    atOnce: 500,
    send: (target) => ask(target, { method: 'GET', path: `/api/instances/${target.instanceId}/events`, auth: true, holdMs: 5_000 }),
  },
  { name: 'list of slow values', atOnce: 2, send: create('SlowList', { v: Array.from({ length: 100 }, () => `${'a'.repeat(24)}b`) }) },
  { name: 'when with a slow pattern', atOnce: 2, send: create('SlowWhen', { v: `${'a'.repeat(34)}!` }) },
  { name: 'two texts that multiply', atOnce: 2, send: create('BlowUp', { a: ','.repeat(20_000), b: 'x'.repeat(20_000) }) },
  { name: 'expression: doubling', atOnce: 2, send: evaluate(`{{ ${'$func.replace('.repeat(24)}"a"${', "a", "aa")'.repeat(24)} }}`) },
  { name: 'expression: 60,000 digits', atOnce: 2, send: evaluate(`{{ $func.int("${'1'.repeat(60_000)}x") }}`) },
  { name: 'expression: 60,000 braces', atOnce: 2, send: evaluate('{{'.repeat(60_000)) },
  { name: 'spec: a billion laughs', atOnce: 2, send: dryRun(laughs()) },
  { name: 'spec: 200,000 keys', atOnce: 2, send: dryRun(Array.from({ length: 200_000 }, (_, index) => `k${index}: 1\n`).join('')) },
  { name: 'spec: 50,000 levels', atOnce: 2, send: dryRun(`a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`) },
  { name: 'spec: 5 million characters in a line', atOnce: 2, send: dryRun(`name: ${'a'.repeat(5_000_000)}`) },
];

/** Specs of the plans whose instances the attacks create. A value of the customer does the harm. */
export const hostilePlans: Record<string, string> = {
  SlowList: plan(
    'SlowList',
    `{key: v, type: String, isList: true, defaultValue: '["aab"]', regex: '^(?:(a+)+c|a+b)$'}`,
    'data: {v: x}',
    {},
  ),
  SlowWhen: plan('SlowWhen', '{key: v, type: String, defaultValue: x}', 'data: {v: x}', {
    when: `"'{{workflow.parameters.v}}' =~ '^(a+)+$'"`,
    value: '"{{ $var.v }}"',
  }),
  BlowUp: plan(
    'BlowUp',
    '{key: a, type: String, defaultValue: x}, {key: b, type: String, defaultValue: x}',
    'data: {v: "{{workflow.parameters.v}}"}',
    {
      value: `'{{ $func.replace($var.a, ",", $var.b) }}'`,
    },
  ),
};

function plan(name: string, parameters: string, body: string, { when, value = 'x' }: { when?: string; value?: string }): string {
  const listed = parameters.replaceAll(/\{key: (\w+),/g, '{key: $1, name: $1, description: $1, modifiable: true,');
  return `${planHead(name, 'Box')}    apiParameters: [${listed}]
    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          arguments: {parameters: [{name: v, value: ${value}}]}
          templates:
            - name: main
              dag: {tasks: [{name: a, template: box${when === undefined ? '' : `, when: ${when}`}}]}
            - name: box
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: a}
                  ${body}
`;
}

function laughs(): string {
  const letters = 'abcdefghijklm';
  const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let index = 1; index < letters.length; index += 1)
    lines.push(`${letters[index]}: &${letters[index]} [${Array.from({ length: 9 }, () => `*${letters[index - 1]}`).join(',')}]`);
  return `${lines.join('\n')}\nname: *m\n`;
}

function post(target: Target, path: string, body: string | Buffer, auth: boolean): Promise<number> {
  return ask(target, { method: 'POST', path, body, auth });
}

interface Ask {
  method: string;
  path: string;
  body?: string | Buffer;
  auth: boolean;
  /** An answer that goes on is ended after so long. */
  holdMs?: number;
}

/** By `node:http`, since a server may answer and close before it has the whole body. */
function ask({ url, token }: Target, { method, path, body, auth, holdMs }: Ask): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      new URL(url).origin + path,
      {
        method,
        headers: {
          'content-type': 'application/json',
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          ...(auth ? { authorization: `Bearer ${token}` } : {}),
        },
      },
      (answer) => {
        answer.resume();
        answer.on('close', () => resolve(answer.statusCode ?? 0));
        answer.on('error', () => resolve(answer.statusCode ?? 0));
        if (holdMs !== undefined) setTimeout(() => answer.destroy(), holdMs);
      },
    );
    sent.on('error', () => resolve(0));
    // The rest of a body may be refused after the answer has come, when the request listens no more.
    sent.on('socket', (socket) => {
      if (socket.listenerCount('error', ignore) === 0) socket.on('error', ignore);
    });
    sent.end(body);
  });
}

const ignore = () => undefined;
