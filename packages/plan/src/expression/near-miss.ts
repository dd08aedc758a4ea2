/** Tags and expressions that are nearly ours: what their author probably meant. What is not near belongs to other template languages. */
import { editDistance } from '../schema/suggest.js';

const PARAMETER_WORDS = new Set(['param', 'params', 'argument', 'arguments', 'args']);
const TASK_FIELDS = /^(?:outputs?|status|startedAt|finishedAt|id|ip|exitCode|resource)\b/i;

/** `{{{workflow.parameters.x}}}`: what lies in the outer braces. */
const TOO_MANY_BRACES_OF_TAG = /^\{+\s*((?:workflow|inputs)\.parameters\.[\w-]+)$/;

/** The tag of a workflow that the content of `{{ … }}` is a slip of; undefined if it is none, or is right. */
export function meantTag(content: string): string | undefined {
  const inner = TOO_MANY_BRACES_OF_TAG.exec(content)?.[1];
  if (inner !== undefined) return inner;
  const [root = '', second = '', ...rest] = content.split('.');
  const name = rest.join('.');
  if (!/^[A-Za-z]+$/.test(root)) return undefined;
  if (/^[\w-]+$/.test(name) && isParameters(second)) {
    const meant = ['inputs', 'workflow'].find((known) => isNear(root, known));
    const whole = `${meant ?? ''}.parameters.${name}`;
    return meant === undefined || whole === content ? undefined : whole;
  }
  if (root === 'inputs' && rest.length === 0 && /^[\w-]+$/.test(second)) return `inputs.parameters.${second}`;
  if (/^(?:task|step)$/i.test(root) && second !== '' && TASK_FIELDS.test(name)) return `${root.toLowerCase()}s.${second}.${name}`;
  return /^(?:tasks|steps|item)$/i.test(root) && root !== root.toLowerCase()
    ? [root.toLowerCase(), ...content.split('.').slice(1)].join('.')
    : undefined;
}

function isParameters(word: string): boolean {
  return PARAMETER_WORDS.has(word.toLowerCase()) || isNear(word, 'parameters');
}

function isNear(word: string, known: string): boolean {
  return Math.abs(word.length - known.length) <= 2 && editDistance(word.toLowerCase(), known) <= 2;
}

const ROOTS = 'sys|var|secret|func|tasks';
const WITHOUT_DOLLAR = /^(?:sys|var|secret|func)\.[A-Za-z_][\w.[\]-]*(?:\([^{}]*\))?$/;
const TOO_MANY_BRACES = new RegExp(`^\\{+\\s*(\\$(?:${ROOTS})\\.[^{}]*)$`);

/** The expression that the content of `{{ … }}` is a slip of. `certain`: no other template language is written so. */
export function meantExpression(content: string): { text: string; certain: boolean } | undefined {
  if (WITHOUT_DOLLAR.test(content)) return { text: `$${content}`, certain: false };
  const inner = TOO_MANY_BRACES.exec(content)?.[1]?.trimEnd();
  return inner === undefined ? undefined : { text: inner, certain: true };
}

/** An expression or a tag in plain text whose braces are too few or of another kind. */
export interface BrokenBraces {
  offset: number;
  text: string;
  /** What stands in the right braces: `{{ $var.x }}`, `{{workflow.parameters.x}}`. */
  meant: string;
}

const PATH = '[A-Za-z_][\\w.[\\]-]*';
const OPEN_ONLY = `\\{\\{\\s*(\\$(?:${ROOTS})\\.${PATH})\\s*\\}?`;
const SINGLE = `\\{\\s*(\\$(?:${ROOTS})\\.${PATH})\\s*\\}`;
const CLOSE_ONLY = `(\\$(?:${ROOTS})\\.${PATH})\\s*\\}\\}`;
const SHELL = `\\$\\{\\s*((?:sys|var|secret|func)\\.${PATH})\\s*\\}`;
/** Tags of workflows: nothing else is written so, in whatever braces. */
const TAG = '((?:workflow|inputs)\\.parameters\\.[\\w-]+)';
const BROKEN_TAG = `(?<!\\{)\\{+\\s*${TAG}\\s*[})]*|\\b${TAG}\\s*\\}\\}|\\$\\(${TAG}\\)`;
const IN_MANIFEST = new RegExp(`${OPEN_ONLY}|${SINGLE}|${CLOSE_ONLY}|${BROKEN_TAG}`);
/** `${var.x}` too, which in a manifest may be of Terraform or of Spring. */
const ELSEWHERE = new RegExp(`${OPEN_ONLY}|${SINGLE}|${CLOSE_ONLY}|${SHELL}|${BROKEN_TAG}`);

/** The first of them in a literal piece of text. */
export function brokenBraces(text: string, isManifest: boolean): BrokenBraces | undefined {
  const match = (isManifest ? IN_MANIFEST : ELSEWHERE).exec(text);
  if (match === null) return undefined;
  const inner = match.slice(1).find((group) => group !== undefined) ?? '';
  const isTag = /^(?:workflow|inputs)\./.test(inner);
  return { offset: match.index, text: match[0], meant: isTag ? `{{${inner}}}` : `{{ ${inner.startsWith('$') ? inner : `$${inner}`} }}` };
}

/** A whole scalar that would be an expression, were its root one of ours: `$vars.x`. In a manifest one on a line of its own. */
export function bareRoots(text: string, isManifest: boolean): { offset: number; text: string; root: string }[] {
  const found: { offset: number; text: string; root: string }[] = [];
  for (const match of text.matchAll(isManifest ? BARE_IN_LINE : BARE_WHOLE)) {
    const [whole, before = '', expression = '', root = ''] = match;
    if (whole !== '') found.push({ offset: match.index + before.length, text: expression, root });
  }
  return found;
}

const BARE = `(\\$([A-Za-z][\\w-]*)\\.${PATH})`;
const BARE_WHOLE = new RegExp(`^(\\s*)${BARE}\\s*$`, 'g');
const BARE_IN_LINE = new RegExp(`^([ \\t]*(?:- +)*(?:[\\w"'./-]+:[ \\t]+)["']?)${BARE}["']?[ \\t]*$`, 'gm');
