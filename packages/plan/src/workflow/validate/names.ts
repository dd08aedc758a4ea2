/** Names of templates, tasks and parameters (Argo 3.7 validate.go: workflow field names and parameter names). */
import type { Tell } from './tell.js';

/** Argo's rule and `_`, which tasks of public plans use. */
export const TEMPLATE_NAME = {
  pattern: /^[A-Za-z0-9][-_A-Za-z0-9]*$/,
  text: "name must consist of alpha-numeric characters or '-', and must start with an alpha-numeric character",
};

export const PARAMETER_NAME = {
  pattern: /^[-_A-Za-z0-9]+$/,
  text: "Parameter/Artifact name must consist of alpha-numeric characters, '_' or '-'",
};

const LONGEST = 128;

/** Where a name stands, and how Argo's messages call that place. */
export interface NamePlace {
  path: string;
  shown: string;
}

/** The places of a plain list. */
export function listPlaces(path: string, shown = path): (index: number) => NamePlace {
  return (index) => ({ path: `${path}[${index}]`, shown: `${shown}[${index}]` });
}

/** Each thing has a name, well-formed and its own. */
export function checkNames(
  tell: Tell,
  named: readonly { name: string }[],
  places: (index: number) => NamePlace,
  rule: typeof TEMPLATE_NAME,
): void {
  const seen = new Set<string>();
  for (const [index, { name }] of named.entries()) {
    const { path, shown } = places(index);
    if (name === '') {
      tell({ code: 'name-missing', path, message: `${shown}.name is required`, cure: 'Give it a name.' });
    } else if (!rule.pattern.test(name) || name.length > LONGEST) {
      const why = name.length > LONGEST ? `must be no more than ${LONGEST} characters` : rule.text;
      tell({
        code: 'name-invalid',
        path: `${path}.name`,
        message: `${shown}.name: '${name}' is invalid: ${why}`,
        cure: 'Use letters, digits and dashes, for example apply-cluster.',
      });
    } else if (seen.has(name)) {
      tell({
        code: 'name-not-unique',
        path: `${path}.name`,
        message: `${shown}.name '${name}' is not unique`,
        cure: 'Rename one of the two.',
      });
    }
    seen.add(name);
  }
}
