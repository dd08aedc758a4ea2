import { readJson } from '../json/exact-json.js';
import type { Json, JsonObject } from '../../json.js';
import { isChosenByTenant, type ResolvedValue } from '../fragment.js';
import { MASK } from '../fragment-text.js';
import { ManifestRefusal } from './problem.js';
import type { Pieces, TemplateEntry, TemplateNode } from './template.js';
import { valueText } from '../value-text.js';
import { MAX_OBJECT, textLength } from '../work.js';
import { resolveNumberOrBoolean } from './yaml-scalars.js';

/** What fills a slot: a value, or text of the author that must not be read as YAML (inside quotes, or a foreign tag). */
export type SlotValue = ResolvedValue & { literal?: true };

/** Which scalars of an instantiated template hold secret or tainted values: paths such as `spec.env[0].value`. */
export interface FlaggedPaths {
  secret: string[];
  tainted: string[];
  /** The texts at the tainted paths. */
  taintedTexts: string[];
  /** Paths of scalars with values which the tenant chose, and their whole texts. */
  chosen: string[];
  chosenTexts: string[];
}

/** Makes a fresh object of a template; records flagged paths. @throws ManifestRefusal for a key made of values that exists already. */
export function instantiate(root: TemplateNode & { type: 'map' }, slots: readonly SlotValue[], flagged: FlaggedPaths): JsonObject {
  return new Instantiation(slots, flagged, false).map(root.entries, []);
}

/** The same with every scalar that holds a secret replaced by `***` as a whole. */
export function instantiateMasked(root: TemplateNode & { type: 'map' }, slots: readonly SlotValue[]): JsonObject {
  return new Instantiation(slots, undefined, true).map(root.entries, []);
}

type Path = (string | number)[];

class Instantiation {
  private left = MAX_OBJECT;

  constructor(
    private readonly slots: readonly SlotValue[],
    private readonly flagged: FlaggedPaths | undefined,
    private readonly masked: boolean,
  ) {}

  map(entries: readonly TemplateEntry[], path: Path): JsonObject {
    const object: JsonObject = {};
    for (const { key, value } of entries) {
      const { name, shown } = typeof key === 'string' ? { name: key, shown: key } : this.key(key, object, path);
      this.spend(name.length + 4);
      path.push(shown);
      setOwn(object, name, this.node(value, path));
      path.pop();
    }
    return object;
  }

  private node(node: TemplateNode, path: Path): Json {
    switch (node.type) {
      case 'constant':
        this.spend(typeof node.value === 'string' ? node.value.length : 4);
        return node.value;
      case 'map':
        return this.map(node.entries, path);
      case 'list':
        return node.items.map((item, index) => {
          path.push(index);
          const value = this.node(item, path);
          path.pop();
          return value;
        });
      case 'scalar':
        if (this.flag(node.pieces, path) && this.masked) return MASK;
        return node.style === 'plain' ? this.plain(node.pieces) : this.text(node.pieces);
    }
  }

  /**
   * Always text. A key made of values may not replace another one: it would change what the author wrote there. `shown` is
   * the key in paths, where a secret must not appear.
   */
  private key(pieces: Pieces, object: JsonObject, path: Path): { name: string; shown: string } {
    const text = this.text(pieces);
    const secret = pieces.some((piece) => typeof piece === 'number' && this.slot(piece).secret === true);
    const shown = secret ? MASK : text;
    path.push(shown);
    this.flag(pieces, path);
    path.pop();
    let name = this.masked ? shown : text;
    if (this.masked) while (Object.hasOwn(object, name)) name += '*';
    else if (Object.hasOwn(object, name)) {
      throw new ManifestRefusal(
        'duplicate-key',
        undefined,
        `A value makes a key of ${formatPath(path) || 'the manifest'} that exists already.`,
        'Choose another value, or a key with a fixed prefix.',
      );
    }
    return { name, shown };
  }

  /** @throws ManifestRefusal once the object is larger than one may be; aliases repeat what they name */
  private spend(characters: number): void {
    this.left -= characters;
    if (this.left < 0)
      throw new ManifestRefusal(
        'manifest-size',
        undefined,
        `The manifest has more than ${MAX_OBJECT} characters with its values and aliases.`,
        'Give shorter values, or make several objects of it.',
      );
  }

  private text(pieces: Pieces): string {
    for (const piece of pieces) this.spend(typeof piece === 'string' ? piece.length : textLength(this.slot(piece).value));
    return pieces.map((piece) => (typeof piece === 'string' ? piece : valueText(this.slot(piece).value))).join('');
  }

  private plain(pieces: Pieces): Json {
    const [first] = pieces;
    if (pieces.length === 1 && typeof first === 'number') {
      this.spend(textLength(this.slot(first).value));
      return wholeValue(this.slot(first));
    }
    return resolveNumberOrBoolean(this.text(pieces));
  }

  /** True if a secret is among the pieces. */
  private flag(pieces: Pieces, path: Path): boolean {
    let secret = false;
    let tainted = false;
    let chosen = false;
    for (const piece of pieces) {
      if (typeof piece === 'string') continue;
      const value = this.slot(piece);
      secret ||= value.secret === true;
      tainted ||= value.tainted === true;
      chosen ||= value.literal !== true && isChosenByTenant(value);
    }
    if (secret) this.flagged?.secret.push(this.pathText(path));
    if (tainted) {
      this.flagged?.tainted.push(this.pathText(path));
      this.flagged?.taintedTexts.push(this.text(pieces));
    }
    if (chosen) {
      this.flagged?.chosen.push(formatPath(path));
      this.flagged?.chosenTexts.push(this.text(pieces));
    }
    return secret;
  }

  private pathText(path: Path): string {
    for (const step of path) this.spend(typeof step === 'number' ? 8 : step.length);
    return formatPath(path);
  }

  private slot(index: number): SlotValue {
    const value = this.slots[index];
    if (value === undefined) throw new Error(`The manifest template has no slot ${index}.`);
    return value;
  }
}

/**
 * A value that is a whole unquoted scalar (docs/architecture.md#manifests-are-structure-not-text). Numbers and booleans keep their type; a text is read by the table, but
 * never becomes null, a map or a list; Json and Any, values of ours without a declared type, and lists of scalars (list
 * parameters) may be nodes; anything else that is structured becomes its JSON as text.
 */
function wholeValue(slot: SlotValue): Json {
  const { value, type } = slot;
  if (slot.literal === true) return value;
  if (typeof value === 'string') {
    if (type === 'Json') return structuredJson(value) ?? resolveNumberOrBoolean(value);
    return resolveNumberOrBoolean(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  const declared = type === 'Json' || type === 'Any';
  const trusted = slot.tainted !== true && (type === undefined || (Array.isArray(value) && value.every(isScalar)));
  return declared || trusted ? structuredClone(value) : valueText(value);
}

/** Lists and objects of a Json parameter that was given as text; scalars go by the table. */
function structuredJson(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null;
}

function setOwn(object: JsonObject, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

/** `spec.env[0].value`; keys that are not plain words in brackets: `metadata.labels["a.b/c"]`. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[\w-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
