import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { badRequest, jsonProblem, shortened, unsupportedMediaType } from '../api/status.js';
import { isObject, type JsonObject } from '../json.js';

/** Protobuf has become JSON when it was read. */
const BODY_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', ''];

/** Reads a JSON or YAML body. Throws 400, 415. */
export function readBody(call: { request: IncomingMessage; body: string }, kind = 'Object'): JsonObject {
  const type = (call.request.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  if (!BODY_TYPES.includes(type))
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf`,
    );
  let value: unknown;
  try {
    value = type === 'application/yaml' ? parse(call.body) : JSON.parse(call.body);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${jsonProblem(call.body, error)} (${shortened(call.body)})`,
    );
  }
  if (!isObject(value)) throw badRequest('the object provided is unrecognized: it must be an object');
  if (isDeep(value)) throw badRequest(`the object provided is unrecognized: it is nested more than ${MAX_DEPTH} levels deep`);
  return value;
}

/** Levels of an object; what looks into one here goes down by recursion. */
const MAX_DEPTH = 500;

function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
