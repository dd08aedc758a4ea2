import { cut } from '../../cut.js';
import { helmKeyOf, helmScalarOf } from '../../compile/chart-values.js';
import { entriesOf, itemsOf, type MapEntry, type ScalarNode, type SpecNode, valueAt } from '../../parse/node.js';
import { keyPlace, type Report } from '../../parse/report.js';

/** What Helm cannot keep, or reads otherwise than the author may think: said where it stands. */
export function checkChartValues(report: Report, chart: SpecNode): void {
  const layers = itemsOf(valueAt(chart, 'layeredChartValues')).map((layer) => valueAt(layer, 'values'));
  for (const values of [valueAt(chart, 'chartValues'), ...layers]) if (values) checkValue(report, values);
}

function checkValue(report: Report, node: SpecNode): void {
  if (node.kind === 'scalar') checkScalar(report, node);
  for (const item of itemsOf(node)) checkValue(report, item);
  for (const entry of entriesOf(node)) {
    checkKey(report, entry);
    checkValue(report, entry.value);
  }
}

function checkScalar(report: Report, node: ScalarNode): void {
  if (node.quoted) return;
  const { source } = node;
  if (/^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/.test(source)) {
    report.error(node, {
      code: 'chart-value-not-json',
      message: `\`${source}\` is a number that JSON does not have: Helm refuses it.`,
      cure: `Quote it if it is text: "${source}".`,
    });
    return;
  }
  const read = helmScalarOf(node);
  if (WHOLE.test(source) && typeof read === 'string') {
    report.error(node, {
      code: 'inexact-number',
      message: `Helm keeps numbers as 64-bit floats and would round ${cut(source, 60)}.`,
      cure: `Quote it: "${cut(source, 60)}".`,
    });
    return;
  }
  if (read === node.value || read === null) return;
  report.warning(node, {
    code: 'read-as-helm-does',
    message: `Helm reads \`${source}\` as ${typeof read === 'boolean' ? 'the truth value' : 'the number'} ${String(read)}, and so it is sent.`,
    cure: `Write \`${String(read)}\`, or quote it if it is text: "${source}".`,
  });
}

/** Whole numbers as Helm reads them. Our table keeps those beyond 2^53 as text. */
const WHOLE = /^[-+]?(?:[1-9][\d_]*|0(?:[xX][\da-fA-F]+|[bB][01]+|[oO]?[0-7]+))$/;

function checkKey(report: Report, entry: MapEntry): void {
  const key = helmKeyOf(entry);
  if (key === entry.key) return;
  report.warning(keyPlace(entry), {
    code: 'read-as-helm-does',
    message: `Helm reads the key \`${entry.key}\` as \`${key}\`, and so it is sent.`,
    cure: `Quote it if it is text: "${entry.key}".`,
  });
}
