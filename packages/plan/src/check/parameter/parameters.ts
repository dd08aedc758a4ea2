import { compileParameter, labelsAreFlipped } from '../../compile/parameter.js';
import { textAt } from '../../compile/read-value.js';
import { cut } from '../../cut.js';
import { itemsOf, type SpecNode, valueAt } from '../../parse/node.js';
import type { Place, Report } from '../../parse/report.js';
import { isExpressionText } from '../../schema/scalar.js';
import { reportRepeated } from '../repeated.js';
import type { ApiParameter } from '../../model.js';
import { PATTERNS_TOO_SLOW, PatternBudgetSpent } from '../../pattern/budget.js';
import { isNumeric, isTextual, valueFault } from './value.js';

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
  if (regexNode && !checkPattern(report, regexNode, parameter)) delete parameter.regex;
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
  const fault = faultOfDefault(report, parameter, parameter.defaultValue);
  if (fault === undefined) return;
  report.error(defaultNode, {
    code: 'bad-default',
    message: `The default of ${parameter.key} ${fault}; it is ${shown(parameter.type, parameter.defaultValue)}.`,
    cure: 'Change the default, or what it is checked against.',
  });
}

/** True if the pattern can be matched; else it is reported, and nothing more is said of values that it would be asked about. */
function checkPattern(report: Report, at: Place, { key, regex = '' }: ApiParameter): boolean {
  try {
    const pattern = report.patterns.javascript(regex);
    if (pattern.ok) return true;
    const { code, message, cure } = pattern.problem;
    report.error(at, {
      code: code === 'pattern-syntax' ? 'bad-regex' : code,
      message: `\`regex\` of ${key} ${message}: ${cut(regex)}`,
      cure,
    });
  } catch (error) {
    if (!(error instanceof PatternBudgetSpent)) throw error;
    report.error(at, {
      code: PATTERNS_TOO_SLOW,
      message: `The patterns of the plan come to more than they may with \`regex\` of ${key}: ${error.message}.`,
      cure: 'Write smaller counts in the patterns of the plan, or bound lengths by limits.maxLength instead.',
    });
  }
  return false;
}

function faultOfDefault(report: Report, parameter: ApiParameter, text: string): string | undefined {
  try {
    return valueFault(parameter, text, report.patterns);
  } catch (error) {
    if (error instanceof PatternBudgetSpent) return `cannot be matched against \`regex\`: ${error.message}`;
    throw error;
  }
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
  return JSON.stringify(cut(text, 40));
}
