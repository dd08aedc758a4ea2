/**
 * What a chart does to a definition that is in the cell, and with it to the objects of that kind. Pure. A finding that `refuses` keeps the chart
 * from being upgraded: objects would lose what somebody has written into them, or could not be written or read any more.
 */
import { type PatternBudget, PatternBudgetSpent } from '@cellplane/plan';
import { type CrdSchema, prunedPaths, uncheckedRules, type Violation, violations } from './crd-schema.js';
import { type Definition, storageVersion, versionNamed } from './definition.js';

export interface FoundObject {
  namespace: string;
  name: string;
}

export interface DefinitionFinding {
  /** field-removed, value-refused, more-findings, stored-version-removed, served-version-removed, scope-changed, names-changed, definition-removed. */
  code: string;
  refuses: boolean;
  /** Name of the definition. */
  definition: string;
  kind: string;
  /** Of a field; of a version, its name. */
  path?: string;
  /** Of a value that is refused: the rule. */
  rule?: string;
  /** Of the objects, the first ones. */
  objects: FoundObject[];
  count: number;
}

/** Objects that a finding names. */
export const MOST_NAMED = 20;
/** Findings of one definition that are told apart: whoever may write objects could make up any number of fields. */
const MOST_FINDINGS = 500;

/** What is wrong with the change itself, whatever the objects hold. `used`: versions of the kind that workflows of live instances write or read. */
export function definitionFindings(before: Definition, after: Definition, used: ReadonlySet<string>): DefinitionFinding[] {
  const { name: definition, kind } = before;
  const finding = (code: string, path?: string): DefinitionFinding => ({
    code,
    refuses: true,
    definition,
    kind,
    ...(path === undefined ? {} : { path }),
    objects: [],
    count: 0,
  });
  const stored = before.storedVersions.length === 0 ? [storageVersion(before)] : before.storedVersions;
  return [
    ...(before.scope === after.scope ? [] : [finding('scope-changed', `${before.scope} → ${after.scope}`)]),
    ...(before.kind === after.kind && before.plural === after.plural ? [] : [finding('names-changed', after.kind)]),
    ...stored.filter((one) => versionNamed(after, one) === undefined).map((one) => finding('stored-version-removed', one)),
    ...before.versions
      .filter((one) => one.served && used.has(one.name) && versionNamed(after, one.name)?.served !== true)
      .map((one) => finding('served-version-removed', one.name)),
  ];
}

/** The version in which objects are read to be compared; undefined: none that both have, which `definitionFindings` tells. */
export function comparedVersion(before: Definition, after: Definition): string | undefined {
  const both = before.versions.filter(({ name, served }) => served && versionNamed(after, name) !== undefined).map(({ name }) => name);
  return [storageVersion(after), storageVersion(before), ...both].find((name) => both.includes(name));
}

/** Gathers what the objects of one kind would lose, and what of them would be refused that is not refused today. */
export class ObjectComparison {
  readonly #found = new Map<string, DefinitionFinding>();
  objects = 0;

  constructor(
    readonly before: Definition,
    readonly after: Definition,
    readonly version: string,
    readonly patterns: PatternBudget,
  ) {}

  /** Patterns took too long: some were not compared. */
  isIncomplete = false;

  add(object: { metadata: { name: string; namespace?: string }; [key: string]: unknown }): void {
    this.objects += 1;
    const [old, next] = [versionNamed(this.before, this.version)?.schema, versionNamed(this.after, this.version)?.schema];
    if (old === undefined || next === undefined) return;
    const at = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
    // A status is written anew by the operator; what is written by people and workflows is lost for good.
    const lost = new Set(prunedPaths(old, object));
    for (const path of prunedPaths(next, object)) if (!lost.has(path)) this.#tell('field-removed', at, !isStatus(path), path);
    for (const { path, rule } of this.#newViolations(old, next, object)) this.#tell('value-refused', at, !isStatus(path), path, rule);
  }

  /** Those that the object has not got today. Once the patterns have taken too long, the rest goes without them. */
  #newViolations(old: CrdSchema, next: CrdSchema, object: unknown): Violation[] {
    const patterns = this.isIncomplete ? undefined : this.patterns;
    try {
      const known = new Set(violations(old, object, patterns).map(({ path, rule }) => `${path} ${rule}`));
      return violations(next, object, patterns).filter(({ path, rule }) => !known.has(`${path} ${rule}`));
    } catch (error) {
      if (!(error instanceof PatternBudgetSpent)) throw error;
      this.isIncomplete = true;
      return this.#newViolations(old, next, object);
    }
  }

  findings(): DefinitionFinding[] {
    return [...this.#found.values(), ...(this.#more === undefined ? [] : [this.#more])];
  }

  #tell(code: string, at: FoundObject, refuses: boolean, path: string, rule?: string): void {
    const key = `${code} ${path} ${rule ?? ''}`;
    const { name: definition, kind } = this.before;
    if (this.#found.size >= MOST_FINDINGS && !this.#found.has(key)) return this.#tellMore(at, refuses);
    const more = rule === undefined ? {} : { rule };
    const found = this.#found.get(key) ?? { code, refuses, definition, kind, path, ...more, objects: [], count: 0 };
    found.count += 1;
    if (found.objects.length < MOST_NAMED) found.objects.push(at);
    this.#found.set(key, found);
  }

  /** What comes after the last finding that is told apart. */
  #more: DefinitionFinding | undefined;

  #tellMore(at: FoundObject, refuses: boolean): void {
    const { name: definition, kind } = this.before;
    this.#more ??= { code: 'more-findings', refuses, definition, kind, objects: [], count: 0 };
    this.#more.refuses ||= refuses;
    this.#more.count += 1;
    if (this.#more.objects.length < MOST_NAMED) this.#more.objects.push(at);
  }
}

/** Definitions of the release that the new chart's templates do not have: Helm deletes them, and all objects with them. */
export function removedDefinitions(inCell: readonly Definition[], release: string, templates: readonly Definition[]): Definition[] {
  // What the chart has in its `crds/` folder instead goes all the same: Helm does not write that in an upgrade.
  return inCell.filter((one) => one.release === release && !one.isKept && !templates.some(({ name }) => name === one.name));
}

/** Rules of the new schemas that the old ones do not have and that nobody evaluates here, in words. */
export function newUncheckedRules(before: Definition, after: Definition): string[] {
  return after.versions.flatMap((version) => {
    const old = uncheckedRules(versionNamed(before, version.name)?.schema);
    return [...uncheckedRules(version.schema)]
      .filter(([key]) => !old.has(key))
      .map(([, text]) => `${before.kind} ${version.name}, ${text}`);
  });
}

function isStatus(path: string): boolean {
  return path === 'status' || path.startsWith('status.');
}
