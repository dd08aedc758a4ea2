import { argumentText, type ScalarNode, type SpecNode } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import { describeScalar, describeShape, mismatch } from './read.js';
import type { EnumShape, Shape } from './shape.js';
import { didYouMean } from './suggest.js';

type ScalarShape = Exclude<Shape, { type: 'map' | 'list' | 'dictionary' | 'any' | 'either' }>;

/** True if the text holds a placeholder, or is a bare expression as a whole: its value is known only when it is rendered. */
export function isExpressionText(text: string): boolean {
  return text.includes('{{') || /^\s*\$[A-Za-z_]/.test(text);
}

/**
 * A scalar as its field's type. Expressions pass where the build does not need the value. Words that older YAML reads as
 * truth values, and numbers and truth values in quotes, are taken for what they say.
 */
export function readScalar(report: Report, node: ScalarNode, shape: ScalarShape): SpecNode | undefined {
  if (node.value === null) return node;
  if (shape.type === 'string') return readText(report, node, shape);
  if (!('literal' in shape && shape.literal) && typeof node.value === 'string' && isExpressionText(node.value)) return node;
  if (shape.type === 'enum') return readEnum(report, node, shape);
  if (shape.type === 'boolean') {
    const value = truthOf(node);
    return value === undefined ? mismatch(report, node, describeShape(shape)) : { ...node, value };
  }
  const value = typeof node.value === 'number' ? node.value : numberOf(node);
  const fits =
    value !== undefined &&
    (shape.type === 'number' || Number.isSafeInteger(value)) &&
    (shape.min === undefined || value >= shape.min) &&
    (shape.max === undefined || value <= shape.max);
  if (value !== undefined && !fits) {
    report.error(node, {
      code: 'out-of-range',
      message: `\`${node.path}\` must be ${describeShape(shape)}; this is ${describeScalar(node)}.`,
      cure: `Write ${describeShape(shape)}.`,
    });
    return undefined;
  }
  return value === undefined ? mismatch(report, node, describeShape(shape)) : { ...node, value };
}

function readText(report: Report, node: ScalarNode, shape: ScalarShape & { type: 'string' }): SpecNode | undefined {
  if (shape.quoted && typeof node.value !== 'string') {
    report.error(node, {
      code: 'unquoted-default',
      message: `\`${node.path}\` must be quoted text; this is ${describeScalar(node)}.`,
      cure: `Quote it: "${node.source}".`,
    });
    return undefined;
  }
  const text = shape.anyText ? (argumentText(node) ?? node.source) : node.source;
  return { ...node, value: text, source: text };
}

function readEnum(report: Report, node: ScalarNode, shape: EnumShape): SpecNode | undefined {
  const wanted = node.source.toLowerCase();
  const value = shape.values.find((one) => one.toLowerCase() === wanted) ?? shape.aliases?.[wanted];
  if (value !== undefined) return { ...node, value, source: value };
  if (shape.checkedLater) return node;
  report.error(node, {
    code: 'unknown-value',
    message: `\`${node.path}\` must be one of ${shape.values.join(', ')}; this is ${describeScalar(node)}.`,
    cure: didYouMean(node.source, shape.values, `Use one of: ${shape.values.join(', ')}.`),
  });
  return undefined;
}

function truthOf(node: ScalarNode): boolean | undefined {
  if (typeof node.value === 'boolean') return node.value;
  const word = node.source.trim().toLowerCase();
  if (word === 'true' || (!node.quoted && (word === 'yes' || word === 'on'))) return true;
  return word === 'false' || (!node.quoted && (word === 'no' || word === 'off')) ? false : undefined;
}

function numberOf(node: ScalarNode): number | undefined {
  return typeof node.value === 'string' && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(node.value) ? Number(node.value) : undefined;
}
