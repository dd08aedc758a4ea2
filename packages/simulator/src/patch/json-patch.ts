import { badRequest, StatusError } from '../api/status.js';
import { copy, define, equal, isObject, stringAt } from '../json.js';

// The API server answers 422 without a kind where an operation cannot be done (evanphx/json-patch wording).
function cannot(message: string): StatusError {
  return new StatusError(422, 'Invalid', `the server rejected our request due to an error in our request`, { causes: [{ message }] });
}

function pointer(text: string): string[] {
  if (text === '') return [];
  return text
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function child(node: unknown, key: string): unknown {
  if (Array.isArray(node)) return node[index(node, key, false)] as unknown;
  return isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined;
}

function index(list: readonly unknown[], key: string, forAdd: boolean): number {
  if (forAdd && key === '-') return list.length;
  const n = Number(key);
  if (!/^-?\d+$/.test(key)) throw cannot(`strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`);
  const limit = forAdd ? list.length : list.length - 1;
  if (n < 0 || n > limit) throw cannot('Unable to access invalid index');
  return n;
}

function parent(root: unknown, path: string[], op: string, text: string): unknown {
  let node = root;
  for (const key of path.slice(0, -1)) {
    node = child(node, key);
    if (node === undefined || node === null) throw cannot(`${op} operation does not apply: doc is missing path: "${text}": missing value`);
  }
  return node;
}

function remove(root: unknown, text: string, op: string): void {
  const path = pointer(text);
  const node = parent(root, path, op, text);
  const key = path.at(-1) ?? '';
  if (Array.isArray(node)) node.splice(index(node, key, false), 1);
  else if (isObject(node) && Object.hasOwn(node, key)) delete node[key];
  else throw cannot(`${op} operation does not apply: doc is missing key: ${text}: missing value`);
}

function put(root: unknown, text: string, value: unknown, op: string): unknown {
  const path = pointer(text);
  if (path.length === 0) return value;
  const node = parent(root, path, op, text);
  const key = path.at(-1) ?? '';
  if (Array.isArray(node)) {
    if (op === 'replace') node[index(node, key, false)] = value;
    else node.splice(index(node, key, true), 0, value);
  } else if (isObject(node)) {
    if (op === 'replace' && !Object.hasOwn(node, key))
      throw cannot(`replace operation does not apply: doc is missing key: ${text}: missing value`);
    define(node, key, value);
  } else throw cannot(`${op} operation does not apply: doc is missing path: "${text}": missing value`);
  return root;
}

function read(root: unknown, text: string, op: string): unknown {
  let node = root;
  for (const key of pointer(text)) {
    node = child(node, key);
    if (node === undefined) throw cannot(`${op} operation does not apply: doc is missing path: ${text}: missing value`);
  }
  return node;
}

/** A JSON patch (RFC 6902). Throws 400 for an unreadable patch, 422 where an operation cannot be done. The target is not changed. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (patch.length > 10_000)
    throw new StatusError(
      413,
      'RequestEntityTooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is 10000, got ${patch.length}`,
    );
  let result = copy(target);
  for (const step of patch) {
    const op = stringAt(step, 'op');
    const path = stringAt(step, 'path');
    const value = isObject(step) ? copy(step.value) : undefined;
    switch (op) {
      case 'add':
      case 'replace':
        result = put(result, path, value, op);
        break;
      case 'remove':
        remove(result, path, op);
        break;
      case 'test': {
        let found: unknown;
        try {
          found = read(result, path, op);
        } catch (error) {
          if (value !== null) throw error;
        }
        if (!equal(found ?? null, value ?? null)) throw cannot(`testing value ${path} failed: test failed`);
        break;
      }
      case 'move':
      case 'copy': {
        const from = stringAt(step, 'from');
        const moved = copy(read(result, from, op));
        if (op === 'move') remove(result, from, op);
        result = put(result, path, moved, op);
        break;
      }
      default:
        throw cannot(`unexpected kind: ${op}`);
    }
  }
  return result;
}
