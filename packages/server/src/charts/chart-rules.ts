/** What a plan's wish for an operator's chart means for the release that is there (docs/architecture.md#charts). Pure. */
import type { Json } from '@cellplane/plan';

/** A chart as a run wants it, with rendered values. Values and password may be secret. */
export interface WantedChart {
  repositoryUrl: string;
  chart: string;
  version: string;
  namespace: string;
  releaseName: string;
  values: Json;
  username?: string;
  password?: string;
  /** Texts that may not be shown, wherever Helm or the API server quotes them. */
  secrets?: string[];
  plan: { id: string; name: string; version: string };
}

/** What is installed, or being installed, and by whose wish. */
export interface InstalledChart {
  version: string;
  namespace: string;
  releaseName: string;
  values: Json;
  plan: { id: string; name: string; version: string };
}

export type ChartDecision = { action: 'keep'; warning?: string } | { action: 'install' } | { action: 'refuse'; message: string };

/**
 * Never downgraded; a newer version is installed. Differing values: the plan that owns the release may change them with a
 * newer version of itself; another plan gets what is there, with a warning, or a refusal if the two contradict.
 */
export function decideChart(installed: InstalledChart, wanted: WantedChart): ChartDecision {
  const place = `chart ${wanted.chart} of ${wanted.repositoryUrl}`;
  if (installed.namespace !== wanted.namespace || installed.releaseName !== wanted.releaseName) {
    const there = `release ${installed.releaseName} in namespace ${installed.namespace}`;
    const here = `release ${wanted.releaseName} in namespace ${wanted.namespace}`;
    return {
      action: 'refuse',
      message: `${named(wanted)} wants ${place} as ${here}, but ${named(installed)} has installed it as ${there}`,
    };
  }
  const differing = contradictions(installed.values, wanted.values);
  const own = installed.plan.id === wanted.plan.id;
  if (own && compareVersions(wanted.plan.version, installed.plan.version) < 0) return { action: 'keep' };
  if (!own && differing.length > 0) {
    const paths = differing.slice(0, 5).join(', ');
    return {
      action: 'refuse',
      message: `${named(installed)} and ${named(wanted)} contradict each other about the values of ${place}: ${paths}`,
    };
  }
  if (compareVersions(wanted.version, installed.version) > 0) return { action: 'install' };
  if (own) {
    return sameValues(installed.values, wanted.values) || compareVersions(wanted.version, installed.version) < 0
      ? { action: 'keep' }
      : { action: 'install' };
  }
  const lacking = missingPaths(installed.values, wanted.values);
  if (lacking.length === 0) return { action: 'keep' };
  const paths = lacking.slice(0, 5).join(', ');
  return {
    action: 'keep',
    warning: `${place} was installed for ${named(installed)} without the values ${paths} that ${named(wanted)} sets; what is installed stays`,
  };
}

/** Plans of several products may share a name. */
function named({ plan }: { plan: { id: string; name: string } }): string {
  return `plan "${plan.name}" (${plan.id})`;
}

/** Semantic versions (a leading `v` and build metadata ignored); texts that are none are compared as texts. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parse(one), parse(other)];
  if (a === undefined && b === undefined) return one < other ? -1 : one > other ? 1 : 0;
  // A range of an older plan says less than any version does: it may not keep a pinned one away.
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  for (let index = 0; index < Math.max(a.numbers.length, b.numbers.length); index += 1) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePreReleases(a.pre, b.pre);
}

function parse(text: string): { numbers: number[]; pre: string[] } | undefined {
  const match = /^v?(\d+(?:\.\d+){0,2})(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/.exec(text.trim());
  if (match === null) return undefined;
  return { numbers: (match[1] ?? '').split('.').map(Number), pre: match[2]?.split('.') ?? [] };
}

/** A version without a pre-release is the newer one; numbers count as numbers and before words (semver.org, 11). */
function comparePreReleases(one: string[], other: string[]): number {
  if (one.length === 0 || other.length === 0) return other.length - one.length;
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [a, b] = [one[index], other[index]];
    if (a === undefined) return -1;
    if (b === undefined) return 1;
    const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    const difference = x && y ? Number(a) - Number(b) : x !== y ? (x ? -1 : 1) : a < b ? -1 : a > b ? 1 : 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether two sets of values say the same; no values and an empty map do. */
export function sameValues(one: Json, other: Json): boolean {
  return (isNothing(one) && isNothing(other)) || JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** Paths that both set, differently. */
function contradictions(one: Json, other: Json, path = ''): string[] {
  if (isMap(one) && isMap(other)) {
    return Object.keys(other).flatMap((key) =>
      Object.hasOwn(one, key) ? contradictions(one[key] ?? null, other[key] ?? null, join(path, key)) : [],
    );
  }
  if (isNothing(one) || isNothing(other)) return [];
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other)) ? [] : [path];
}

/** Paths that only the other sets. */
function missingPaths(one: Json, other: Json, path = ''): string[] {
  if (!isMap(other)) return isNothing(one) && !isNothing(other) ? [path] : [];
  return Object.entries(other).flatMap(([key, value]) => missingPaths(isMap(one) ? (one[key] ?? null) : null, value, join(path, key)));
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

function isMap(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNothing(value: Json): boolean {
  return value === null || (isMap(value) && Object.keys(value).length === 0);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
