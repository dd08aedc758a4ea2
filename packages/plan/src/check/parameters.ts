import { compileParameter, labelsAreFlipped } from '../compile/parameter.js';
import { textAt } from '../compile/read-value.js';
import { itemsOf, type SpecNode, valueAt } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import { isExpressionText } from '../schema/scalar.js';
import { reportRepeated } from './repeated.js';
import { isNumeric, isTextual, valueFault, wholePattern } from './value.js';

const KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** `apiParameters` of a resource or a custom workflow: keys, options, limits, patterns, defaults. */
export function checkParameters(report: Report, list: SpecNode | undefined): void {
  reportRepeated(report, itemsOf(list), 'key', 'parameter key');
  for (const [index, node] of itemsOf(list).entries()) checkParameter(report, node, index);
}

function checkParameter(report: Report, node: SpecNode, index: number): void {
  const parameter = compileParameter(node, index);
  if (!parameter) return;
  const keyNode = valueAt(node, 'key') ?? node;
  if (!KEY.test(parameter.key)) {
    report.error(keyNode, {
      code: 'bad-parameter-key',
      message: `The parameter key ${JSON.stringify(parameter.key)} cannot be written as \`$var.<key>\`.`,
      cure: 'Use letters, digits, `_` and `-`, beginning with a letter.',
    });
  }
  checkLimits(report, node, parameter.type);
  const regexNode = valueAt(node, 'regex');
  if (parameter.regex !== undefined && regexNode && !wholePattern(parameter.regex)) {
    report.error(regexNode, {
      code: 'bad-regex',
      message: `\`regex\` of ${parameter.key} is not a pattern: ${parameter.regex}`,
      cure: 'Correct the pattern; in double quotes a backslash is written twice.',
    });
  }
  const labels = valueAt(node, 'labeledOptions');
  if (labels && labelsAreFlipped(node)) {
    report.warning(labels, {
      code: 'flipped-labels',
      message: `\`labeledOptions\` of ${parameter.key} maps values to labels; it is read the other way round.`,
      cure: 'Write label: value.',
    });
  }
  const defaultNode = valueAt(node, 'defaultValue');
  if (!defaultNode || parameter.defaultValue === undefined || isExpressionText(parameter.defaultValue)) return;
  const fault = valueFault(parameter, parameter.defaultValue);
  if (fault === undefined) return;
  report.error(defaultNode, {
    code: 'bad-default',
    message: `The default of ${parameter.key} ${fault}; it is ${shown(parameter.type, parameter.defaultValue)}.`,
    cure: 'Change the default, or what it is checked against.',
  });
}

function checkLimits(report: Report, node: SpecNode, type: Parameters<typeof isNumeric>[0]): void {
  const limits = valueAt(node, 'limits');
  if (!limits) return;
  const has = (key: string): boolean => textAt(limits, key) !== undefined;
  for (const [low, high] of [
    ['min', 'max'],
    ['minLength', 'maxLength'],
  ] as const) {
    if (has(low) && has(high) && Number(textAt(limits, low)) > Number(textAt(limits, high))) {
      report.error(valueAt(limits, low) ?? limits, {
        code: 'bad-limits',
        message: `\`${low}\` is larger than \`${high}\`: no value fits.`,
        cure: 'Swap or change them.',
      });
    }
  }
  if ((has('min') || has('max')) && !isNumeric(type)) {
    report.warning(limits, {
      code: 'limits-without-effect',
      message: `\`min\` and \`max\` have no effect on type ${type}.`,
      cure: 'Use minLength and maxLength, or a number type.',
    });
  }
  if ((has('minLength') || has('maxLength')) && !isTextual(type)) {
    report.warning(limits, {
      code: 'limits-without-effect',
      message: `\`minLength\` and \`maxLength\` bound texts; the type is ${type}.`,
      cure: 'Use min and max.',
    });
  }
}

function shown(type: string, text: string): string {
  if (type === 'Password' || type === 'Secret') return 'a secret';
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
