/** What the guard found about the charts that a plan version wants in a cell. Pure. */
import type { ChartUser } from './other-plans.js';
import type { DefinitionFinding, FoundObject } from './definition-change.js';

/** A finding in words, with the instances whose objects it names. */
export interface GuardFinding extends Omit<DefinitionFinding, 'objects'> {
  /** Stays the same while the finding does: what was allowed is told by it. */
  key: string;
  message: string;
  objects: (FoundObject & { instanceId?: string })[];
}

export interface DefinitionReport {
  name: string;
  kind: string;
  /** `not-upgraded`: it differs, and lies in the chart's `crds/` folder, which Helm only reads at a first installation. */
  change: 'added' | 'changed' | 'unchanged' | 'removed' | 'not-upgraded';
  /** Objects that were compared. */
  objects: number;
}

export interface ChartReport {
  repositoryUrl: string;
  chart: string;
  /** What is in the cell; absent: nothing. */
  installed?: string;
  wanted: string;
  /** `keep`: the same or a newer version is there, and stays. */
  action: 'install' | 'upgrade' | 'keep';
  definitions: DefinitionReport[];
  findings: GuardFinding[];
  /** Rules that the new definitions have and that nobody evaluates before. */
  notChecked: string[];
  users: ChartUser[];
  /** Somebody has allowed all that refuses. */
  allowed: boolean;
}

export interface GuardReport {
  cellId: string;
  charts: ChartReport[];
}

/**
 * What keeps the charts from being upgraded, one sentence each; empty: nothing does. A run fails with it, which a customer may read: objects
 * and plans of others are counted and not named.
 */
export function refusalsOf({ charts }: GuardReport): string[] {
  return charts.flatMap(({ allowed, findings, chart, wanted }) =>
    allowed ? [] : findings.filter(({ refuses }) => refuses).map((finding) => withoutNames(finding, `${chart} ${wanted}`)),
  );
}

function withoutNames(finding: GuardFinding, wanted: string): string {
  if (finding.code === 'not-examined') return finding.message;
  if (finding.code === 'other-major-version') return `Another plan of the cell wants another major version than ${wanted}.`;
  return inWords({ ...finding, objects: [] }, wanted);
}

/** Words for a finding. `wanted`: chart and version, as `cloudnative-pg 0.29.0`. */
export function inWords(finding: DefinitionFinding, wanted: string): string {
  const { code, kind, path = '', rule = '', count, objects } = finding;
  const whose =
    count === 0 ? '' : ` of ${count} ${count === 1 ? 'object' : 'objects'}${objects.length === 0 ? '' : ` (${named(objects, count)})`}`;
  switch (code) {
    case 'field-removed':
      return `${wanted} would remove ${path}${whose}: its definition of ${kind} does not have the field.`;
    case 'value-refused':
      return `${wanted} would refuse ${path === '' ? kind : path}${whose}: its definition of ${kind} wants ${rule}.`;
    case 'stored-version-removed':
      return `${wanted} does not have version ${path} of ${kind}, in which objects are stored: the API server refuses its definition.`;
    case 'served-version-removed':
      return `${wanted} does not serve version ${path} of ${kind}, which workflows of instances in this cell use.`;
    case 'scope-changed':
      return `${wanted} changes the scope of ${kind} (${path}), which the API server refuses.`;
    case 'names-changed':
      return `${wanted} calls ${kind} ${path}, which the API server refuses.`;
    case 'definition-removed':
      return `${wanted} does not have the definition of ${kind} any more: Helm would delete it, and with it all objects of that kind${whose}.`;
    case 'more-findings':
      return `${wanted} would remove fields or refuse values ${count} more times in objects of ${kind}${objects.length === 0 ? '' : `, the first in ${named(objects, count)}`}: there are too many to tell each.`;
    default:
      return `${wanted}: ${code} ${kind} ${path}`.trim();
  }
}

function named(objects: readonly FoundObject[], count: number): string {
  const names = objects.slice(0, 3).map(({ namespace, name }) => (namespace === '' ? name : `${namespace}/${name}`));
  return count > names.length ? `${names.join(', ')}, …` : names.join(', ');
}
