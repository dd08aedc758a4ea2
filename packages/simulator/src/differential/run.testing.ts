import { request as send } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { at, isObject, objectAt, stringAt } from '../json.js';
import { Normaliser } from './normalise.testing.js';
import { type Answer, namespaceOf, type Scenario, type Step } from './step.testing.js';

/** A server to send to. */
export interface Target {
  url: string;
  ca: string;
  token?: string;
  cert?: string;
  key?: string;
}

/** Reads the current context of a kubeconfig text. */
export function targetOf(kubeconfig: string): Target {
  const config: unknown = parse(kubeconfig);
  const entry = (list: string, kind: string, name: string) =>
    objectAt(
      (objectAt(config)[list] as unknown[]).find((one) => at(one, 'name') === name),
      kind,
    );
  const context = entry('contexts', 'context', stringAt(config, 'current-context'));
  const cluster = entry('clusters', 'cluster', String(context.cluster));
  const user = entry('users', 'user', String(context.user));
  const decoded = (value: unknown) => (typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined);
  const cert = decoded(user['client-certificate-data']);
  const key = decoded(user['client-key-data']);
  return {
    url: String(cluster.server),
    ca: decoded(cluster['certificate-authority-data']) ?? '',
    ...(typeof user.token === 'string' && { token: user.token }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

interface Raw {
  code: number;
  body: unknown;
  warnings: string[];
}

function open(target: Target, step: Step, path: string, body: string | undefined): Promise<IncomingMessage> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': 'differential/1',
    ...(target.token !== undefined && { authorization: `Bearer ${target.token}` }),
    ...step.headers,
  };
  if (body !== undefined)
    Object.assign(headers, { 'content-type': step.type ?? 'application/json', 'content-length': String(Buffer.byteLength(body)) });
  return new Promise((resolve, reject) => {
    const request = send(
      new URL(path, target.url),
      {
        method: step.method ?? 'GET',
        headers,
        ca: target.ca,
        ...(target.cert !== undefined && { cert: target.cert }),
        ...(target.key !== undefined && { key: target.key }),
      },
      resolve,
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function read(response: IncomingMessage): Promise<Raw> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) text += chunk;
  const warnings = (response.headers.warning ?? '').split(/, (?=299 )/).filter((one) => one !== '');
  return { code: response.statusCode ?? 0, body: parsed(text), warnings };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * An operator's webhook could not be reached (the operator restarts, or its node is busy): the API server has decided nothing, as it
 * says with 500. No scenario has a webhook that is away on purpose; that is compared in e2e/explain.cell.ts.
 */
const webhookWasAway = ({ code, body }: Raw): boolean =>
  code === 500 && at(body, 'reason') === 'InternalError' && String(at(body, 'message')).includes('failed calling webhook');

/** Installs the charts of a scenario in a simulated cell. */
export async function installSimulated(target: Target, { charts = [] }: Scenario): Promise<void> {
  for (const body of charts) {
    const step: Step = { name: 'chart', method: 'POST', path: '/simulator/charts', body };
    const answer = await read(await open(target, step, step.path, JSON.stringify(body)));
    if (answer.code !== 200) throw new Error(`chart ${body.name}: ${JSON.stringify(answer.body)}`);
  }
}

/** Runs a scenario on a server and answers what it said, normalised. The namespace is made before and removed after. */
export async function runScenario(target: Target, scenario: Scenario): Promise<Answer[]> {
  const namespace = namespaceOf(scenario.name);
  const saved = new Map<string, string>();
  const fill = (text: string) => text.replace(/\$([a-z]\w*)/g, (whole, name: string) => saved.get(name) ?? whole);
  const bodyOf = (step: Step) =>
    step.body === undefined ? undefined : fill(typeof step.body === 'string' ? step.body : JSON.stringify(step.body));
  const normaliser = new Normaliser();
  const answers: Answer[] = [];
  const call = async (step: Step): Promise<Raw> => read(await open(target, step, fill(step.path), bodyOf(step)));
  const perform = async (step: Step): Promise<void> => {
    normaliser.begin(step.name);
    if (step.watch) {
      answers.push(await watch(step));
      return;
    }
    let raw = await call(step);
    const deadline = Date.now() + 30_000;
    while (webhookWasAway(raw) || (step.until && !step.until(raw))) {
      if (Date.now() > deadline) throw new Error(`${scenario.name}: ${step.name}: not in 30 s: ${JSON.stringify(raw.body)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      raw = await call(step);
    }
    for (const [name, path] of Object.entries(step.save ?? {})) saved.set(name, String(at(raw.body, ...path)));
    if (step.unrecorded) return;
    answers.push({
      name: step.name,
      code: raw.code,
      body: step.verdict && raw.code < 400 ? '<taken>' : normaliser.value(raw.body),
      ...(raw.warnings.length > 0 && { warnings: raw.warnings }),
    });
  };
  const watch = async (step: Step): Promise<Answer> => {
    const wanted = step.watch ?? { events: 0, during: [] };
    const response = await open(target, step, fill(step.path), undefined);
    if (response.statusCode !== 200)
      return { name: step.name, code: response.statusCode ?? 0, body: normaliser.value((await read(response)).body) };
    response.setEncoding('utf8');
    const events: unknown[] = [];
    const seen = (async () => {
      let rest = '';
      for await (const chunk of response as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        events.push(...lines.filter((line) => line !== '').map(parsed));
        if (events.length >= wanted.events) break;
      }
    })();
    for (const during of wanted.during) await perform(during);
    const late = setTimeout(
      () =>
        response.destroy(
          new Error(`${scenario.name}: ${step.name}: ${events.length} of ${wanted.events} events in 15 s: ${JSON.stringify(events)}`),
        ),
      15_000,
    );
    await seen;
    clearTimeout(late);
    response.destroy();
    return { name: step.name, code: 200, body: null, events: events.map((event) => normaliser.value(event)) };
  };
  const ns = { name: 'namespace', path: '/api/v1/namespaces' };
  const gone = (answer: { code: number }) => answer.code === 404;
  await perform({ ...ns, method: 'GET', path: `/api/v1/namespaces/${namespace}`, until: gone, unrecorded: true });
  await perform({ ...ns, method: 'POST', body: { metadata: { name: namespace } }, unrecorded: true });
  await perform({
    ...ns,
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/default`,
    until: (answer) => answer.code === 200,
    unrecorded: true,
  });
  await perform({
    ...ns,
    path: `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`,
    until: (answer) => answer.code === 200,
    unrecorded: true,
  });
  try {
    for (const step of scenario.steps) await perform(step);
  } finally {
    await call({ name: 'end', method: 'DELETE', path: `/api/v1/namespaces/${namespace}` });
  }
  return answers;
}

/** Where two answers differ, as readable lines; [] where they agree. */
export function differences(real: unknown, simulated: unknown, path = ''): string[] {
  if (Array.isArray(real) && Array.isArray(simulated)) {
    return Array.from({ length: Math.max(real.length, simulated.length) }, (_, i) =>
      differences(real[i], simulated[i], `${path}[${i}]`),
    ).flat();
  }
  if (isObject(real) && isObject(simulated))
    return [...new Set([...Object.keys(real), ...Object.keys(simulated)])].flatMap((key) =>
      differences(real[key], simulated[key], `${path}.${key}`),
    );
  return JSON.stringify(real) === JSON.stringify(simulated)
    ? []
    : [`${path}: real ${JSON.stringify(real)} simulated ${JSON.stringify(simulated)}`];
}
