import { cut } from '../cut.js';
import { argumentText, type ScalarNode, type SpecNode } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import type { Shape } from './shape.js';

/** Reports that the node is of another kind than expected. */
export function mismatch(report: Report, node: SpecNode, expected: string): undefined {
  report.error(node, {
    code: 'wrong-type',
    message: `\`${node.path}\` must be ${expected}; this is ${describeNode(node)}.`,
    cure: `Write ${expected}.`,
  });
  return undefined;
}

function describeNode(node: SpecNode): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  return describeScalar(node);
}

/** A scalar for messages: its kind and the beginning of its text. */
export function describeScalar(node: ScalarNode): string {
  if (node.value === null) return 'empty';
  const shown = cut(node.source, 40);
  if (typeof node.value === 'string') return `the text ${JSON.stringify(shown)}`;
  return `the ${typeof node.value === 'number' ? 'number' : 'truth value'} ${argumentText(node) ?? shown}`;
}

/** A shape in words: "text", "a list of parameters". */
export function describeShape(shape: Shape): string {
  switch (shape.type) {
    case 'string':
      return shape.quoted ? 'quoted text' : 'text';
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'number':
      return `${shape.type === 'integer' ? 'a whole number' : 'a number'}${describeBounds(shape)}`;
    case 'enum':
      return `one of ${shape.values.join(', ')}`;
    case 'list':
      return `a list; each item ${describeShape(shape.items)}`;
    case 'map':
      return `a map (${shape.title})`;
    case 'dictionary':
      return `a map (${shape.keys} → value)`;
    case 'either':
      return shape.shapes.map(describeShape).join(' or ');
    case 'any':
      return 'any value';
  }
}

function describeBounds(shape: { min?: number; max?: number }): string {
  if (shape.min !== undefined && shape.max !== undefined) return ` from ${shape.min} to ${shape.max}`;
  if (shape.min !== undefined) return ` of at least ${shape.min}`;
  return shape.max === undefined ? '' : ` of at most ${shape.max}`;
}
