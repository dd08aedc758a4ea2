import type { JsonObject } from '../json.js';
import { builtinKinds } from './builtin.js';
import { apiVersionOf, type Kind } from './kind.js';

/** The served kinds: built-in ones and those of established CustomResourceDefinitions. */
export class KindRegistry {
  readonly #builtin = builtinKinds();
  #custom: Kind[] = [];

  /** All kinds, built-in ones first. */
  all(): Kind[] {
    return [...this.#builtin, ...this.#custom];
  }

  /** Replaces the kinds of one CRD; an empty list takes them away. */
  setCustom(crd: string, kinds: Kind[]): void {
    this.#custom = [...this.#custom.filter((kind) => kind.crd !== crd), ...kinds];
  }

  /** The kind behind a URL. */
  byPlural(group: string, version: string, plural: string): Kind | undefined {
    return this.all().find((kind) => kind.group === group && kind.version === version && kind.plural === plural);
  }

  /** The kind of an object. */
  byKind(apiVersion: string, name: string): Kind | undefined {
    return this.all().find((kind) => kind.kind === name && apiVersionOf(kind) === apiVersion);
  }

  /** A kind in any version of its group, the first that is served. */
  byGroupKind(group: string, name: string): Kind | undefined {
    return this.all().find((kind) => kind.kind === name && kind.group === group);
  }

  /** The kind of an object by its own apiVersion and kind. */
  of(object: JsonObject): Kind | undefined {
    return this.byKind(String(object.apiVersion), String(object.kind));
  }

  /** One kind for each stored resource, whatever its versions. */
  stored(): Kind[] {
    const seen = new Set<string>();
    return this.all().filter((kind) => {
      const key = `${kind.group}/${kind.plural}`;
      if (!kind.stored || kind.group === 'events.k8s.io' || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  }
}
