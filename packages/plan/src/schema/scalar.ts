import { argumentText, type ScalarNode, type SpecNode } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import { describeScalar, describeShape, mismatch } from './mismatch.js';
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
    return value === undefined ? notTruth(report, node, shape) : { ...node, value };
  }
  sayOctal(report, node);
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
  if (value !== undefined) return { ...node, value };
  const plain = node.source.replaceAll('_', '');
  if (node.quoted || !/^[-+]?[\d_]+(\.[\d_]+)?$/.test(node.source) || !/\d/.test(plain))
    return mismatch(report, node, describeShape(shape));
  report.error(node, {
    code: 'wrong-type',
    message: `\`${node.path}\` must be ${describeShape(shape)}; \`${node.source}\` is a number in older YAML only, and a text here.`,
    cure: `Write ${plain}.`,
  });
  return undefined;
}

/** Leading zeros made a number octal in older YAML, which the tools around Kubernetes read. */
function sayOctal(report: Report, node: ScalarNode): void {
  const digits = /^0([0-7]+)$/.exec(node.source)?.[1];
  if (node.quoted || typeof node.value !== 'number' || digits === undefined) return;
  const [decimal, octal] = [Number(digits), Number.parseInt(digits, 8)];
  if (decimal === octal) return;
  report.warning(node, {
    code: 'leading-zero',
    message: `\`${node.source}\` is read as ${decimal} here, and as ${octal} (octal) by older YAML.`,
    cure: `Write ${decimal}, or ${octal}.`,
  });
}

/** Words for yes and no that are no truth values here, with the right one. */
function notTruth(report: Report, node: ScalarNode, shape: ScalarShape): undefined {
  const word = node.source.trim().toLowerCase();
  const meant = /^(y|yes|on|1|t|enabled?)$/.test(word) ? 'true' : /^(n|no|off|0|f|disabled?)$/.test(word) ? 'false' : undefined;
  if (meant === undefined) return mismatch(report, node, describeShape(shape));
  report.error(node, {
    code: 'wrong-type',
    message: `\`${node.path}\` must be true or false; this is ${describeScalar(node)}.`,
    cure: `Write ${meant}, without quotes.`,
  });
  return undefined;
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
  if (word === 'true' || (!node.quoted && (word === 'yes' || word === 'on' || word === 'y'))) return true;
  return word === 'false' || (!node.quoted && (word === 'no' || word === 'off' || word === 'n')) ? false : undefined;
}

function numberOf(node: ScalarNode): number | undefined {
  return typeof node.value === 'string' && /^\s*[-+]?\d+(\.\d+)?\s*$/.test(node.value) ? Number(node.value) : undefined;
}
