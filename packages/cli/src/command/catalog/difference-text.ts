/** How differences of plan versions are printed. */
import type { Client } from '@cellplane/api';

export type Differences = Awaited<ReturnType<Client['diffVersionSets']>>['differences'];
type Difference = Differences[number];

/** A line for each part, and below it a line for each field; of texts of several lines those that differ. */
export function differenceLines(differences: Differences, indent = ''): string[] {
  return differences.flatMap((difference) => [
    `${indent}${SIGN[difference.change] ?? '?'} ${partOf(difference)}`,
    ...difference.fields.flatMap(({ path, before, after, lines }) =>
      lines === undefined
        ? [`${indent}    ${path}: ${valueOf(before)} → ${valueOf(after)}`]
        : [`${indent}    ${path}:`, ...lines.map((line) => `${indent}      ${line}`)],
    ),
  ]);
}

const SIGN: Record<string, string> = { added: '+', removed: '-', changed: '~' };

/** `resource cache: parameter size` */
function partOf({ resource, area, name }: Pick<Difference, 'resource' | 'area' | 'name'>): string {
  const what = area === 'plan' || area === 'deployment' ? area : `${area} ${name}`;
  return resource === undefined || area === 'resource' ? what : `${resource}: ${what}`;
}

function valueOf(value: string | undefined): string {
  return value === undefined ? '(none)' : value.replaceAll('\n', '\\n');
}
