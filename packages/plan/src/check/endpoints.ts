import { endpointSources } from '../compile/resource.js';
import { parseText } from '../expression/text.js';
import { entriesOf, itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { keyPlace, type Report } from '../parse/report.js';
import { textAt, truthAt } from '../compile/read-value.js';

/** Endpoints of a resource: one primary at most, names unique, ports given, no `$` that would stay as it is. */
export function checkEndpoints(report: Report, service: SpecNode): void {
  const entries = endpointSources(service).flatMap(entriesOf);
  const names = new Set<string>();
  let primary: string | undefined;
  for (const entry of entries) {
    if (names.has(entry.key)) {
      report.error(keyPlace(entry), {
        code: 'not-unique',
        message: `The endpoint '${entry.key}' is not unique.`,
        cure: 'Describe each endpoint in one place.',
      });
    }
    names.add(entry.key);
    if (truthAt(entry.value, 'primary', false)) {
      if (primary !== undefined) {
        report.error(valueAt(entry.value, 'primary') ?? entry.value, {
          code: 'several-primaries',
          message: `The endpoints '${primary}' and '${entry.key}' are both primary.`,
          cure: 'Keep `primary: true` on one of them.',
        });
      }
      primary ??= entry.key;
    }
    checkHost(report, entry.key, valueAt(entry.value, 'host'));
    const ports = [...itemsOf(valueAt(entry.value, 'ports')), ...itemsOf(valueAt(entry.value, 'portExpressions'))];
    if (ports.length === 0 && textAt(entry.value, 'host') !== undefined) {
      report.warning(keyPlace(entry), {
        code: 'no-ports',
        message: `The endpoint '${entry.key}' has no ports.`,
        cure: 'Add `ports: [5432]`, or `portExpressions`.',
      });
    }
  }
}

function checkHost(report: Report, name: string, host: SpecNode | undefined): void {
  const text = textOf(host);
  if (!host || text === undefined) return;
  const stray = parseText(text).find((part) => part.type === 'text' && part.text.includes('$'));
  if (!stray) return;
  const expression = /\$[A-Za-z][\w.[\]"-]*/.exec(stray.text)?.[0] ?? '$…';
  report.error(host, {
    code: 'unbraced-expression',
    message: `The host of endpoint '${name}' holds \`${expression}\` inside other text, where it would stay as it is.`,
    cure: `Write \`{{ ${expression} }}\`.`,
  });
}
