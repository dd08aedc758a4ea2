import { isObject, type JsonObject } from '../json.js';

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Makes the answers of two servers comparable: uids and resourceVersions are named after the step that showed them first, so that what
 * is equal stays equal; times become one word; generated names and addresses lose their random part.
 */
export class Normaliser {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  #step = '';
  #count = 0;

  /** A step's answers follow. */
  begin(step: string): void {
    this.#step = step;
    this.#count = 0;
  }

  #fresh(what: string): string {
    return `<${what} of ${this.#step}, ${++this.#count}>`;
  }

  value(value: unknown, path: readonly string[] = []): unknown {
    const name = path.at(-1) ?? '';
    if (Array.isArray(value)) {
      const items: unknown[] = value.map((item: unknown) => this.value(item, path));
      return name === 'managedFields' ? items.sort((a, b) => (JSON.stringify(order(a)) < JSON.stringify(order(b)) ? -1 : 1)) : items;
    }
    if (isObject(value)) {
      const object = withoutAccidents(value);
      const result: JsonObject = {};
      for (const key of Object.keys(object).sort()) {
        // Hashes, and texts of the server's own documentation.
        if (key === 'storageVersionHash' || (key === 'description' && path.includes('columnDefinitions'))) continue;
        result[key.replace(UID, (uid) => this.#uid(uid))] = this.value(object[key], [...path, key]);
      }
      return result;
    }
    if (typeof value !== 'string') return name === 'nodePort' || name === 'remainingItemCount' ? `<${name}>` : value;
    return this.#text(name, value);
  }

  #text(name: string, text: string): string {
    if (name === 'resourceVersion' && /^\d+$/.test(text)) return this.#version(text);
    if (name === 'continue') return text === '' ? '' : '<continue>';
    let result = text.replace(TIME, '<time>').replace(UID, (uid) => this.#uid(uid));
    if (name === 'message') {
      result = result
        .replace(
          /(ResourceVersion in (?:precondition|object meta): )(\d+)/g,
          (_, before: string, version: string) => before + this.#version(version),
        )
        // The order of an object's fields in a message is the server's own.
        .replace(/patch: Invalid value: "(?:[^"\\]|\\.)*"/, 'patch: Invalid value: <object>')
        .replace(/^Invalid value: "(?:\{|map\[)(?:[^"\\]|\\.)*"(?=: (?:json|strict|cannot))/, 'Invalid value: <object>')
        .replace(
          /does not match the ResourceVersion in record \((\d+)\)/,
          (_, version: string) => `does not match the ResourceVersion in record (${this.#version(version)})`,
        )
        // The words of the YAML library.
        .replace(/(converting YAML to JSON: yaml: ).*/s, '$1<why>')
        .replace(/too old resource version: (\d+) \(\d+\)/, 'too old resource version: $1 (<oldest>)')
        .replace(/Too large resource version: (\d+), current: \d+/, 'Too large resource version: $1, current: <current>');
    }
    if (name === 'clusterIP' || name === 'clusterIPs') result = result.replace(/^10\.96\.\d+\.\d+$/, '<address>');
    // Generated names: five letters of the generator's alphabet after a dash, only where a test asks for them.
    return result.replace(/\b(generated-|kube-api-access-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '$1<random>');
  }

  #uid(uid: string): string {
    const known = this.#uids.get(uid) ?? this.#fresh('uid');
    this.#uids.set(uid, known);
    return known;
  }

  #version(version: string): string {
    if (version === '0') return '0';
    const known = this.#versions.get(version) ?? this.#fresh('version');
    this.#versions.set(version, known);
    return known;
  }
}

const order = (entry: unknown) => (isObject(entry) ? [entry.manager, entry.operation, entry.apiVersion, entry.subresource ?? ''] : []);

// The version of a list counts all writes to the server, also those of others; several problems have no order.
function withoutAccidents(object: JsonObject): JsonObject {
  if ((Array.isArray(object.items) || object.kind === 'Table') && isObject(object.metadata))
    return { ...object, metadata: { ...object.metadata, resourceVersion: '<list>' } };
  return object.reason === 'Invalid' && causesOf(object).length > 1 ? withSortedCauses(object) : object;
}

const causesOf = (status: JsonObject): unknown[] =>
  isObject(status.details) && Array.isArray(status.details.causes) ? status.details.causes : [];

/** Several problems come in no order that a client could rely on; the message only repeats them. */
function withSortedCauses(status: JsonObject): JsonObject {
  const causes = [...new Map(causesOf(status).map((cause) => [JSON.stringify(cause), cause])).values()].sort((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
  return {
    ...status,
    message: String(status.message).replace(/ is invalid: .*/s, ' is invalid: <causes>'),
    details: { ...(status.details as JsonObject), causes },
  };
}
