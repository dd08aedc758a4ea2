/** What is known of the word at a spot: what the grammar says of a key, and what an expression stands for. Pure. */
import { FUNCTIONS, shapeInWords, SYSTEM_VALUES } from '@cellplane/plan';
import { parametersAt } from './names';
import type { Outline } from './outline';
import { fieldOf, placeAt, type Spot } from './place';

export interface Explanation {
  /** Columns of the line that it is about. */
  from: number;
  to: number;
  title: string;
  /** Sentences. */
  lines: string[];
}

/** Explains the word at a spot; undefined: there is nothing to say. */
export function explain(outline: Outline, spot: Spot): Explanation | undefined {
  return explainExpression(outline, spot) ?? explainKey(outline, spot);
}

function explainKey({ nodes }: Outline, { line, column }: Spot): Explanation | undefined {
  const node = nodes.find(
    (one) => one.kind === 'key' && one.line === line && one.indent <= column && column <= one.indent + one.key.length,
  );
  const known = node === undefined ? undefined : fieldOf(node);
  if (node === undefined || known === undefined) return undefined;
  const { shape, description, required, default: fallback, support, cure, deprecated, expressions } = known.field;
  return {
    from: node.indent,
    to: node.indent + node.key.length,
    title: `${known.key}: ${shapeInWords(shape).replaceAll('\\', '')}`,
    lines: [
      description,
      ...(required ? ['Required.'] : []),
      ...(fallback === undefined ? [] : [`Default: ${fallback}.`]),
      ...(expressions && support === 'acted on' ? ['Expressions are evaluated.'] : []),
      ...(support === 'stored' ? ['Kept with the plan and shown; it changes nothing.'] : []),
      ...(support === 'refused' || support === 'ignored' ? [`It is ${support}. ${cure ?? ''}`] : []),
      ...(deprecated === undefined ? [] : [`Older key: use ${deprecated}.`]),
    ],
  };
}

/** The reference at a column: `$var.x`, `$sys.a.b`, `$func.x`. */
export function referenceAt(text: string, column: number): { text: string; from: number; to: number } | undefined {
  for (const match of text.matchAll(/\$[A-Za-z][\w.[\]-]*|(?:inputs|workflow)\.parameters\.[\w-]+|tasks\.[\w-]+/g)) {
    const to = match.index + match[0].length;
    if (match.index <= column && column <= to) return { text: match[0], from: match.index, to };
  }
  return undefined;
}

function explainExpression(outline: Outline, spot: Spot): Explanation | undefined {
  const found = referenceAt(outline.lines[spot.line] ?? '', spot.column);
  if (found === undefined) return undefined;
  const lines = meaningOf(outline, spot, found.text);
  return lines === undefined ? undefined : { from: found.from, to: found.to, title: found.text, lines };
}

function meaningOf(outline: Outline, spot: Spot, text: string): string[] | undefined {
  const [root, ...steps] = text.split('.');
  const path = steps.join('.');
  if (root === '$sys') {
    const value = SYSTEM_VALUES.find((one) => matches(one.path, path));
    if (value === undefined) return undefined;
    return [
      value.meaning,
      ...(value.verbs === undefined ? [] : [`Only in ${value.verbs.join(', ')}.`]),
      ...(value.fact === undefined ? [] : ['Known only where the deployment cell has the fact.']),
    ];
  }
  if (root === '$func') {
    const signature = FUNCTIONS[steps[0] ?? ''];
    return signature === undefined ? undefined : [`$func.${steps[0]}(${signature.parameters})`];
  }
  if (root === '$secret') return ['A secret of the environment type; it is masked wherever it is shown.'];
  if (root === '$var') {
    const { valueOf, within } = placeAt(outline, spot);
    const parameter = parametersAt(outline, valueOf ?? within).find(({ name }) => name === steps[0]);
    return parameter === undefined ? ['No parameter of that key is declared here.'] : [parameter.about ?? 'A parameter of the resource.'];
  }
  return undefined;
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('.'), path.split('.')];
  return (
    wanted.every((step, at) => step.startsWith('*') || step.replace('[]', '') === given[at]?.replace(/\[.*/, '')) &&
    (given.length <= wanted.length || pattern.endsWith('*'))
  );
}
