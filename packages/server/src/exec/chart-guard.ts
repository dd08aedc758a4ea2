/** Keeps Helm from fetching where it may not: checked when a plan is built, and again before Helm runs. */
import { lookup } from 'node:dns/promises';
import { type AllowedSource, cut, isChartName, isReservedNamespace, type Problem, readChartAddress, sourceFault } from '@cellplane/plan';
import type { ChartMirror } from '../config.js';
import { type ChartReference, mirrorOf } from './chart-source.js';

/** What the operator of this installation says of the sources of charts. */
export interface ChartSources {
  /** What they name is fetched from where they point, which is the operator's own choice. */
  chartMirrors: ChartMirror[];
  /** Beside the open internet. */
  chartSourcesAllowed: AllowedSource[];
}

/** Problems of a plan as they count in this installation: a source that nobody has allowed is an error. */
export function judgeSources(problems: Problem[], sources: ChartSources): Problem[] {
  return problems.flatMap((problem) => {
    const { chartAddress } = problem;
    if (chartAddress === undefined) return [problem];
    const read = readChartAddress(chartAddress);
    const isAllowed =
      mirrorOf(chartAddress, sources.chartMirrors) !== undefined ||
      (read.ok && sourceFault(read.at, sources.chartSourcesAllowed) === undefined);
    return isAllowed ? [] : [{ ...problem, severity: 'error' as const }];
  });
}

/** The addresses that a name stands for now. */
export type Resolve = (host: string) => Promise<string[]>;

const resolveHere: Resolve = async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Why Helm may not fetch this chart now; undefined if it may. What an older version of the program has stored must not reach
 * Helm as an option or a path, and a name must not stand for an address of our own network at this moment. Helm asks for the
 * name again itself, and follows redirects: what holds against those is a network policy, or a proxy.
 */
export async function refuseSource(
  reference: ChartReference,
  namespace: string,
  sources: ChartSources,
  resolve: Resolve = resolveHere,
): Promise<string | undefined> {
  const { repositoryUrl, chart, version } = reference;
  for (const text of [repositoryUrl, chart, version]) {
    if (/^$|^-|\p{Cc}/u.test(text)) return `${JSON.stringify(cut(text))} cannot be the name, the version or the repository of a chart.`;
  }
  if (!isChartName(chart, repositoryUrl.startsWith('oci://'))) return `${JSON.stringify(cut(chart))} cannot be the name of a chart.`;
  if (isReservedNamespace(namespace))
    return `No chart is installed in the namespace ${namespace}, which belongs to Kubernetes or to the platform itself.`;
  if (mirrorOf(repositoryUrl, sources.chartMirrors) !== undefined) return undefined;
  const read = readChartAddress(repositoryUrl);
  if (!read.ok) return `${read.fault.message} ${read.fault.cure}`;
  const { host } = read.at;
  const early = sourceFault(read.at, sources.chartSourcesAllowed);
  if (early !== undefined) return notAllowed(early, host);
  // A name that is not known here may be known to the proxy that fetches; if it is not, Helm says so.
  const resolved = await resolve(host.replace(/^\[|\]$/g, '')).catch(() => undefined);
  if (resolved === undefined) return undefined;
  const fault = sourceFault(read.at, sources.chartSourcesAllowed, resolved);
  return fault === undefined ? undefined : notAllowed(fault, host, resolved);
}

function notAllowed(fault: 'unencrypted' | 'not-public', host: string, resolved: string[] = []): string {
  const stands = resolved.length === 0 ? '' : ` (${resolved.slice(0, 4).join(', ')})`;
  const what = fault === 'unencrypted' ? `${host}${stands} over http, unencrypted` : `${host}${stands}, which is not in the open internet`;
  return `The chart would be fetched from ${what}. The operator of this installation can allow it in CELLPLANE_CHART_SOURCES_ALLOW.`;
}
