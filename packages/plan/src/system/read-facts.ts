import { jsonOf } from '../parse/node.js';
import { parseDocument } from '../parse/document.js';
import { createReport } from '../parse/report.js';
import type { JsonObject } from '../json.js';
import { checkFacts, type FactProblem } from './facts.js';

/** Facts of a deployment cell from YAML or JSON text. Problems of the text have no path. */
export function parseFacts(text: string | Uint8Array): { facts: JsonObject; problems: FactProblem[] } {
  const report = createReport();
  const document = parseDocument(text, report);
  const [fault] = report.problems.filter(({ severity }) => severity === 'error');
  if (fault !== undefined || document === undefined) {
    const at = fault === undefined ? '' : `line ${fault.position.line}: `;
    return { facts: {}, problems: [{ path: '', message: `${at}${fault?.message ?? 'The text is empty.'}` }] };
  }
  return checkFacts(jsonOf(document.root));
}
