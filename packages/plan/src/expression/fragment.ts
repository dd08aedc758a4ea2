import type { Json } from '../json.js';
import type { ParameterType } from '../model.js';

/**
 * A value with its history. It decides what a value may do in a manifest: text of the plan's author may be structure,
 * everything else is a scalar, or a whole node when declared Json/Any (docs/architecture.md#manifests-are-structure-not-text).
 */
export interface ResolvedValue {
  value: Json;
  /** Declared type of the parameter it came from, if it came from one. */
  type?: ParameterType;
  /** Must be masked wherever it is shown, logged or stored in clear. */
  secret?: true;
  /** Read from an object that the tenant can write: may not name secrets, namespaces or another instance's delete targets. */
  tainted?: true;
  /** The expression it came from, for messages: `$var.storageSize`. */
  source: string;
}

/**
 * True if a tenant chose the value, or a part of it: a parameter, who they are, the machines they asked for, an item of a loop.
 * Told by the expression that the value came from, functions and all, so that it holds for runs of every age.
 */
export function isChosenByTenant({ source }: ResolvedValue): boolean {
  return /\$var\b|\$[A-Za-z][\w-]*\.var\b|\$sys\.(?:tenant|compute)\b|^item\b/.test(source);
}

/** A piece of a rendered text: the author's own text, or a value that stays opaque until the manifest has been parsed. */
export type Part = { text: string } | ResolvedValue;

/** A rendered argument: author's text and values in order. Plain JSON; stored with the run (encrypted). */
export interface Fragment {
  parts: Part[];
}

/** The inputs of a template, by name. */
export type Inputs = Record<string, Fragment>;

/** Values of the platform expressions of a run, by place (`CompiledWorkflow.expressions[].place`). */
export type ExpressionValues = Record<string, ResolvedValue>;

/** True for the author's text. */
export function isText(part: Part): part is { text: string } {
  return 'text' in part;
}
