import type { JsonObject } from '../../json.js';
import { failed, ok, type Result } from '../../result.js';
import { remember } from '../bounded-cache.js';
import { MASK } from '../fragment-text.js';
import { type Assembly, assemble, explainRefusal } from './assembly.js';
import { type FlaggedPaths, formatPath, instantiate, instantiateMasked } from './instance.js';
import { type ManifestProblem, ManifestRefusal } from './problem.js';
import { type ManifestTemplate, parseTemplate } from './template.js';
import { markerWith, PREFIX_LENGTH } from './token.js';
import { type RenderScope, resolvePart } from '../render-text.js';
import { TooMuchText } from '../work.js';

export interface RenderedManifest {
  object: JsonObject;
  /** As `object`, but scalars that hold a secret are `***`, and so is all data of a Secret: for events, logs and people. */
  masked: JsonObject;
  /** For the run's events: keys that occur twice. */
  warnings: string[];
  /** Paths of what is masked: `stringData.password`, `spec.env[0].value`. */
  secretPaths: string[];
  /** Paths of scalars that hold tainted values; see `checkTaint`. */
  taintedPaths: string[];
  /** The whole text of each of these scalars, the author's own words around the value included. */
  taintedTexts: string[];
  /** The same of scalars that hold values which the tenant chose. */
  chosenPaths: string[];
  chosenTexts: string[];
  /** Source of each tag without a value, rendered empty. */
  missing: string[];
}

/**
 * Renders a manifest structurally (docs/architecture.md#manifests-are-structure-not-text). Text of the author, also threaded through inputs, is YAML; every value is an
 * opaque token until the YAML has been parsed, and then a scalar (or a node, see `wholeValue`), whatever it holds:
 * - unquoted and whole: its text by the table of `yaml-scalars.ts`; mixed with text: the table for numbers and booleans;
 * - in quotes or a block scalar, and in keys: concatenated, byte for byte;
 * - in comments: it vanishes.
 * A threaded block stands alone on its line and brings the indentation of its further lines itself; empty, it leaves a
 * blank line. In quotes the author's text is taken literally too, so that it needs no escaping. The parsed form is cached per
 * manifest and threaded text.
 */
export function renderManifest(manifest: string, scope: RenderScope): Result<RenderedManifest, ManifestProblem> {
  const missing: string[] = [];
  const warnings: string[] = [];
  const assembly = assemble(manifest, ({ part }) => {
    const parts = resolvePart(part, scope);
    if (parts !== undefined) return parts;
    if (part.type === 'platform' && part.bare) {
      warnings.push(`${part.text} has no value and stays as it is.`);
      return [{ value: part.text, source: part.text }];
    }
    missing.push(part.text);
    return [];
  });
  return guarded(manifest, assembly, () => {
    const template = templateOf(assembly);
    const flagged: FlaggedPaths = { secret: [], tainted: [], taintedTexts: [], chosen: [], chosenTexts: [] };
    const object = instantiate(template.root, assembly.slots, flagged);
    const masked = instantiateMasked(template.root, assembly.slots);
    if (object['kind'] === 'Secret') maskSecretData(masked, flagged);
    return {
      object,
      masked,
      warnings: [...template.warnings, ...warnings],
      secretPaths: flagged.secret,
      taintedPaths: flagged.tainted,
      taintedTexts: flagged.taintedTexts,
      chosenPaths: flagged.chosen,
      chosenTexts: flagged.chosenTexts,
      missing,
    };
  });
}

export interface InspectedManifest {
  /** The object with every placeholder as its source text: `{{inputs.parameters.name}}`. Threaded blocks are left out. */
  object: JsonObject;
  warnings: string[];
}

/** What a build can know of a manifest: does it parse, which kind is it, which fields are literal. */
export function inspectManifest(manifest: string): Result<InspectedManifest, ManifestProblem> {
  const assembly = assemble(manifest, ({ part, context, alone }) =>
    alone && context === 'plain' && part.type !== 'foreign' ? [] : [{ value: part.text, source: part.text }],
  );
  for (const slot of assembly.slots) slot.literal = true;
  return guarded(manifest, assembly, () => {
    const template = templateOf(assembly);
    const object = instantiate(template.root, assembly.slots, { secret: [], tainted: [], taintedTexts: [], chosen: [], chosenTexts: [] });
    return { object, warnings: [...template.warnings] };
  });
}

/** Keyed by marker and text. The text holds its tokens, so equal keys have the same slots. */
const parsedTemplates = remember<ManifestTemplate>(500, (key) =>
  parseTemplate(key.slice(PREFIX_LENGTH), markerWith(key.slice(0, PREFIX_LENGTH))),
);

function templateOf(assembly: Assembly): ManifestTemplate {
  return parsedTemplates(assembly.marker.prefix + assembly.text);
}

function guarded<Value>(manifest: string, assembly: Assembly, work: () => Value): Result<Value, ManifestProblem> {
  try {
    return ok(work());
  } catch (error) {
    if (error instanceof ManifestRefusal) return failed(explainRefusal(error, manifest, assembly));
    if (error instanceof TooMuchText)
      return failed({ code: 'manifest-size', line: 0, message: `A value is too large: ${error.message}.`, cure: 'Give shorter values.' });
    throw error;
  }
}

/** Data of a Secret is never shown, wherever it came from. */
function maskSecretData(masked: JsonObject, flagged: FlaggedPaths): void {
  for (const field of ['data', 'stringData']) {
    const data = masked[field];
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      if (data !== undefined && data !== null) masked[field] = MASK;
      continue;
    }
    for (const key of Object.keys(data)) {
      data[key] = MASK;
      const path = formatPath([field, key]);
      if (!flagged.secret.includes(path)) flagged.secret.push(path);
    }
  }
}
