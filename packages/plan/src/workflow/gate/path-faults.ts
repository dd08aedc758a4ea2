/** Paths of gates: what every object has at its root, and slips of it. */
import { isCustomGroup } from '../../api-version.js';
import { editDistance, suggest } from '../../schema/suggest.js';
import type { Fault } from './fault.js';
import type { GatePath, PathSegment } from './model.js';
import { hasPlaceholder, shownWord } from '../word.js';

export const ROOTS = ['status', 'spec', 'metadata'];
export const COMMON = new Set([...ROOTS, 'apiVersion', 'kind']);
/** What a path never is. */
const NO_PATH = /^(?:true|false|\d+)$/i;
/** Fields at the root that other kinds have; `state` is a word of its own, near to `status` as it is. */
const OTHER = new Set(['data', 'stringData', 'binaryData', 'type', 'immutable', 'state', 'stats', 'specs']);
const METADATA = [
  'name',
  'namespace',
  'labels',
  'annotations',
  'generation',
  'resourceVersion',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'finalizers',
  'ownerReferences',
  'generateName',
  'managedFields',
  'selfLink',
];

/** A path that no object has, or that hardly is the one that was meant. */
export function* faultsOfPath(path: GatePath, apiVersion: string): Generator<Fault> {
  const [root, second] = path.segments.map(literalKey);
  const shown = shownWord(path.source);
  if (path.segments.some((segment) => segment.kind === 'key' && segment.word.every((part) => part === ''))) {
    yield {
      severity: 'error',
      code: 'gate-path-unknown',
      message: `'${shown}' has a dot too many: nothing has a field without a name`,
      cure: `Write \`${shown.replace(/\.{2,}/g, '.')}\`.`,
    };
    return;
  }
  if (root === undefined) return;
  if (path.segments.length === 1 && NO_PATH.test(root)) {
    yield {
      severity: 'error',
      code: 'gate-never-holds',
      message: `'${shown}' stands where the path of a field does`,
      cure: 'Write a path of the object, for example status.phase == Ready, or leave the condition out.',
    };
    return;
  }
  if (!COMMON.has(root)) {
    const meant = meantField(root);
    if (meant !== undefined) {
      yield {
        severity: 'error',
        code: 'gate-path-unknown',
        message: `'${shown}' begins with '${root}', which no object has`,
        cure: `Did you mean \`${meant}\`?`,
      };
    } else if (!isBuiltIn(apiVersion)) {
      const own = second !== undefined && ROOTS.includes(second);
      yield {
        severity: 'warning',
        code: 'gate-path-unknown',
        message: `'${shown}' begins with '${root}'; what an operator reports stands below \`status\``,
        cure: `Write \`${own ? shown.slice(shown.indexOf(`.${second}`) + 1) : `status.${shown.replace(/^[.$]+/, '')}`}\`, unless the kind has a field '${root}' beside its spec.`,
      };
    }
  }
  if (root === 'metadata' && second !== undefined && !METADATA.includes(second)) {
    yield {
      severity: 'error',
      code: 'gate-path-unknown',
      message: `'${shown}': \`metadata\` has no field '${second}'`,
      cure: suggestion(second, METADATA) ?? 'Fields of metadata are those of Kubernetes, such as name, labels, annotations, generation.',
    };
  }
  yield* faultsOfConditions(path, shown);
}

/** `conditions` is a list in every kind of Kubernetes and, by its conventions, in custom ones. */
function* faultsOfConditions(path: GatePath, shown: string): Generator<Fault> {
  const keys = path.segments.map(literalKey);
  const at = keys.indexOf('conditions');
  const next = at < 0 ? undefined : keys[at + 1];
  if (next === undefined || /^\d+$/.test(next)) return;
  yield {
    severity: 'warning',
    code: 'gate-path-unknown',
    message: `'${shown}' looks for a key '${next}' in \`conditions\`, which is a list`,
    cure: `Write \`conditions.#(type=="${next}").status\` for the condition of that type.`,
  };
}

/** The key of a segment that holds nothing but the author's text. */
export function literalKey(segment: PathSegment): string | undefined {
  return segment.kind === 'key' && !hasPlaceholder(segment.word) ? shownWord(segment.word) : undefined;
}

/** What every object has at its root, if the word is a slip of it. */
export function meantField(root: string): string | undefined {
  return COMMON.has(root) || OTHER.has(root) ? undefined : ROOTS.find((known) => isSlip(root, known));
}

/** Another letter case, or a letter or two beside it. */
function isSlip(word: string, known: string): boolean {
  if (word.toLowerCase() === known) return true;
  return editDistance(word.toLowerCase(), known) <= Math.max(1, Math.floor(known.length / 3));
}

function suggestion(word: string, known: readonly string[]): string | undefined {
  const meant = suggest(word, known);
  return meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
}

/** A kind of Kubernetes itself. */
function isBuiltIn(apiVersion: string): boolean {
  return apiVersion !== '' && !isCustomGroup(apiVersion);
}
