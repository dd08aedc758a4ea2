import { randomUUID } from 'node:crypto';
import { request } from 'node:https';
import type { Cell, User } from '../api/cell.js';
import { StatusError } from '../api/status.js';
import { labelSelector } from '../api/selectors.js';
import { arrayAt, at, isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import { apiVersionOf, type Kind } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';

/** A write that validating webhooks are asked about, as it would be stored. */
export interface Admission {
  kind: Kind;
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  namespace: string;
  name: string;
  object: JsonObject;
  user: User;
  /** Nothing will be stored: the webhook is told so. */
  dryRun: boolean;
}

/** Longest answer that is read, bytes. */
const ANSWER_LIMIT = 1024 * 1024;

/** True if some ValidatingWebhookConfiguration wants to be asked about writes of this kind. */
export function hasWebhooks(cell: Cell): boolean {
  return cell.store.list('validatingwebhookconfigurations.admissionregistration.k8s.io').length > 0;
}

/**
 * Asks the validating webhooks (admissionregistration.k8s.io/v1) that match, by `clientConfig.url` over HTTPS. A webhook of a
 * Service is not there: the cell runs no containers. Throws what the API server answers: the denial, or, where `failurePolicy` is
 * Fail, 500 "failed calling webhook". Mutating webhooks are not called.
 */
export async function askWebhooks(cell: Cell, admission: Admission): Promise<void> {
  for (const configuration of cell.store.list('validatingwebhookconfigurations.admissionregistration.k8s.io')) {
    for (const webhook of arrayAt(configuration, 'webhooks').filter(isObject))
      if (matches(cell, webhook, admission)) await ask(webhook, admission);
  }
}

function matches(cell: Cell, webhook: JsonObject, { kind, operation, namespace, object }: Admission): boolean {
  if (kind.group === 'admissionregistration.k8s.io') return false;
  const named = (list: unknown[], value: string) => list.includes('*') || list.includes(value);
  const ruled = arrayAt(webhook, 'rules').some(
    (rule) =>
      named(arrayAt(rule, 'operations'), operation) &&
      named(arrayAt(rule, 'apiGroups'), kind.group) &&
      named(arrayAt(rule, 'apiVersions'), kind.version) &&
      (named(arrayAt(rule, 'resources'), kind.plural) || arrayAt(rule, 'resources').includes('*/*')),
  );
  if (!ruled) return false;
  const place = cell.store.get('namespaces', '', namespace);
  return selected(webhook.objectSelector, object) && (place === undefined || selected(webhook.namespaceSelector, place));
}

/** A LabelSelector, as its query form says it. */
function selected(selector: unknown, object: JsonObject): boolean {
  const equal = Object.entries(objectAt(selector, 'matchLabels')).map(([key, value]) => `${key}=${String(value)}`);
  const expressions = arrayAt(selector, 'matchExpressions').map((one) => {
    const key = stringAt(one, 'key');
    const values = arrayAt(one, 'values').join(',');
    const operator = stringAt(one, 'operator');
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values})`;
  });
  return labelSelector([...equal, ...expressions].join(','))(object as Stored);
}

async function ask(webhook: JsonObject, admission: Admission): Promise<void> {
  const name = stringAt(webhook, 'name');
  let review: JsonObject;
  try {
    review = await call(webhook, reviewOf(admission));
  } catch (error) {
    if (webhook.failurePolicy === 'Ignore') return;
    const why = `failed calling webhook "${name}": ${error instanceof Error ? error.message : String(error)}`;
    throw new StatusError(500, 'InternalError', `Internal error occurred: ${why}`, { causes: [{ message: why }] });
  }
  const answer = objectAt(review, 'response');
  if (answer.allowed === true) return;
  const code = Number(at(answer, 'status', 'code') ?? 403);
  const message = stringAt(answer, 'status', 'message');
  const words = `admission webhook "${name}" denied the request${message === '' ? ' without explanation' : `: ${message}`}`;
  throw new StatusError(code, stringAt(answer, 'status', 'reason') || (code === 403 ? 'Forbidden' : ''), words);
}

function reviewOf({ kind, operation, namespace, name, object, user, dryRun }: Admission): JsonObject {
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: randomUUID(),
      kind: { group: kind.group, version: kind.version, kind: kind.kind },
      resource: { group: kind.group, version: kind.version, resource: kind.plural },
      name,
      ...(namespace === '' ? {} : { namespace }),
      operation,
      userInfo: { username: user.name, groups: user.groups },
      object: operation === 'DELETE' ? null : { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind },
      oldObject: operation === 'DELETE' ? object : null,
      dryRun,
    },
  };
}

/** Calls the webhook; what goes wrong is told as the API server's HTTP client tells it. */
function call(webhook: JsonObject, review: JsonObject): Promise<JsonObject> {
  const service = objectAt(webhook, 'clientConfig', 'service');
  const url =
    stringAt(webhook, 'clientConfig', 'url') ||
    `https://${stringAt(service, 'name')}.${stringAt(service, 'namespace')}.svc:${String(service.port ?? 443)}${stringAt(service, 'path')}`;
  const seconds = Number(webhook.timeoutSeconds ?? 10);
  const target = new URL(url);
  target.searchParams.set('timeout', `${seconds}s`);
  const failed = (why: string) => new Error(`failed to call webhook: Post ${JSON.stringify(String(target))}: ${why}`);
  if (stringAt(webhook, 'clientConfig', 'url') === '')
    return Promise.reject(
      failed(`service ${JSON.stringify(stringAt(service, 'name'))} runs nothing: the simulated cell has no containers`),
    );
  const body = JSON.stringify(review);
  const bundle = stringAt(webhook, 'clientConfig', 'caBundle');
  return new Promise((resolve, reject) => {
    const sent = request(
      target,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) },
        ...(bundle === '' ? {} : { ca: Buffer.from(bundle, 'base64') }),
        signal: AbortSignal.timeout(seconds * 1000),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > ANSWER_LIMIT) response.destroy(new Error('the answer is too large'));
        });
        response.on('error', (error) => reject(failed(error.message)));
        response.on('end', () => {
          const answer = response.statusCode === 200 ? readAnswer(text) : undefined;
          if (answer === undefined) reject(new Error(`expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview`));
          else resolve(answer);
        });
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => reject(failed(inGo(error, target, seconds))));
    sent.end(body);
  });
}

function readAnswer(text: string): JsonObject | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return isObject(found) && isObject(found.response) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Node's network errors as Go's net/http says them. */
function inGo(error: NodeJS.ErrnoException, target: URL, seconds: number): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return `context deadline exceeded (no answer within ${seconds}s)`;
  if (error.code === 'ECONNREFUSED') return `dial tcp ${target.hostname}:${target.port || '443'}: connect: connection refused`;
  if (error.code === 'ENOTFOUND') return `dial tcp: lookup ${target.hostname}: no such host`;
  return error.message;
}
