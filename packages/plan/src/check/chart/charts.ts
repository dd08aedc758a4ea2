import { type ChartHost, sourceFault } from '../../chart/allowance.js';
import {
  isChartName,
  isChartVersion,
  isNamespace,
  isReleaseName,
  isRepositoryName,
  isReservedNamespace,
  readChartAddress,
} from '../../chart/reference.js';
import { hasValue, textAt } from '../../compile/read-value.js';
import { itemsOf, type SpecNode, textOf, valueAt } from '../../parse/node.js';
import type { Report } from '../../parse/report.js';
import { checkChartValues } from './values.js';
import { holdsExpression } from '../expression/literal-fields.js';

/** The charts of an operator: one exact version, a name that is a name, an address that Helm may be given. */
export function checkCharts(report: Report, service: SpecNode): void {
  if (textAt(valueAt(service, 'helmChartConfiguration'), 'chartRepoURL', '') !== '')
    checkAddress(report, valueAt(service, 'helmChartConfiguration', 'chartRepoURL'));
  for (const chart of itemsOf(valueAt(service, 'operatorCRDConfiguration', 'helmChartDependencies'))) {
    const url = textAt(chart, 'chartRepoURL', '');
    checkVersion(report, valueAt(chart, 'chartVersion'));
    const named = checkName(report, valueAt(chart, 'chartName'), url.startsWith('oci://'));
    checkAddress(report, valueAt(chart, 'chartRepoURL'));
    checkRepositoryName(report, valueAt(chart, 'chartRepoName'));
    checkRelease(report, chart, named);
    checkChartValues(report, chart);
  }
}

/** The text of a field, unless it is missing or an expression, which is said as such. */
function plain(node: SpecNode | undefined): string | undefined {
  const text = textOf(node);
  return text === undefined || holdsExpression(text) ? undefined : text;
}

function checkVersion(report: Report, node: SpecNode | undefined): void {
  const version = plain(node);
  if (!node || version === undefined || isChartVersion(version)) return;
  report.error(node, {
    code: 'bad-chart-version',
    message: `\`chartVersion\` must be one exact version; ${JSON.stringify(version)} is ${whatItIs(version)}.`,
    cure: versionCure(version),
  });
}

function whatItIs(version: string): string {
  if (/@|^sha256:/.test(version)) return 'a digest, or has one';
  if (/^\s|\s$/.test(version)) return 'surrounded by blanks';
  if (/^v?\d+(\.\d+)?$/.test(version)) return 'a range to Helm: any version that begins so';
  if (/[\^~<>=*|]|\s-\s|(^|\.)[xX](\.|$)/.test(version)) return 'a range';
  return /^[A-Za-z]*$/.test(version) ? 'a word, which moves with each release' : 'no version (semver.org)';
}

function versionCure(version: string): string {
  const digits = /\d+(\.\d+)*/.exec(version)?.[0]?.split('.').map(Number) ?? [];
  const example = [0, 1, 2].map((index) => digits[index] ?? 0).join('.');
  return `Write the whole version of the chart, such as \`${digits.length === 0 ? '1.2.3' : example}\`: every instance of a plan version gets the same operator.`;
}

/** True if the chart has a name. */
function checkName(report: Report, node: SpecNode | undefined, isRegistry: boolean): boolean {
  const name = plain(node);
  if (!node || name === undefined) return false;
  if (isChartName(name, isRegistry)) return true;
  const last = name.split('/').at(-1) ?? '';
  report.error(node, {
    code: 'bad-chart-name',
    message: `\`chartName\` must be the name of a chart: letters, digits, \`-\`, \`_\` and \`.\`, beginning with a letter or a digit; this is ${JSON.stringify(name)}.`,
    cure:
      name.includes('/') && isChartName(last, false)
        ? `Write \`${last}\`; where it lies is said by \`chartRepoURL\`.`
        : 'Write the name as the repository lists it.',
  });
  return false;
}

function checkAddress(report: Report, node: SpecNode | undefined): void {
  const address = plain(node);
  if (!node || address === undefined) return;
  const read = readChartAddress(address);
  if (!read.ok) return report.error(node, { code: 'bad-chart-address', ...read.fault });
  const fault = sourceFault(read.at, []);
  if (fault === 'unencrypted') {
    report.warning(node, {
      code: 'chart-source-not-public',
      message: '`chartRepoURL` is not encrypted: whoever sits on the way can give every tenant another operator.',
      cure: `Use \`https://\`. A repository that only speaks http can be a mirror (CELLPLANE_CHART_MIRRORS), or be allowed by the operator of the installation: ${allowance(read.at)}.`,
      chartAddress: address,
    });
  }
  if (fault === 'not-public') {
    report.warning(node, {
      code: 'chart-source-not-public',
      message: `\`chartRepoURL\` names ${read.at.host}, which is not in the open internet: the platform would reach into its own network for the plan.`,
      cure: `Name a public repository; or the operator of the installation allows the source: ${allowance(read.at)}.`,
      chartAddress: address,
    });
  }
}

function checkRepositoryName(report: Report, node: SpecNode | undefined): void {
  const name = plain(node);
  if (!node || name === undefined || isRepositoryName(name)) return;
  report.error(node, {
    code: 'bad-repository-name',
    message: `\`chartRepoName\` must be a name, without slashes and control characters, not beginning with \`-\`; this is ${JSON.stringify(name.slice(0, 200))}.`,
    cure: 'Write a word for the repository, or leave it out; where it lies is said by `chartRepoURL`.',
  });
}

/** The setting that allows a source. */
function allowance({ scheme, host, port }: ChartHost): string {
  return `CELLPLANE_CHART_SOURCES_ALLOW=${scheme === 'http' ? 'http://' : ''}${host}${port === undefined ? '' : `:${port}`}`;
}

/** Where the release lies. Without a name of its own it has that of the chart, which Helm takes only as a DNS label. */
function checkRelease(report: Report, chart: SpecNode, named: boolean): void {
  const release = valueAt(chart, 'releaseName');
  const name = plain(release);
  if (release && name !== undefined && !isReleaseName(name)) {
    report.error(release, {
      code: 'bad-release-name',
      message: `\`releaseName\` must be small letters, digits, \`-\` and \`.\`, 53 at most; this is ${JSON.stringify(name)}.`,
      cure: 'Choose another name.',
    });
  }
  const chartName = valueAt(chart, 'chartName');
  const implied = plain(chartName);
  if (named && !hasValue(chart, 'releaseName') && chartName && implied !== undefined && !isReleaseName(implied)) {
    report.error(chartName, {
      code: 'bad-release-name',
      message: `The release would be called ${JSON.stringify(implied)}, as the chart is, and Helm takes small letters, digits, \`-\` and \`.\` only, 53 at most.`,
      cure: 'Add `releaseName`.',
    });
  }
  const where = valueAt(chart, 'namespace');
  const namespace = plain(where);
  if (where && namespace !== undefined && !isNamespace(namespace)) {
    report.error(where, {
      code: 'bad-namespace',
      message: `\`namespace\` must be a DNS label (small letters, digits and \`-\`, 63 at most); this is ${JSON.stringify(namespace)}.`,
      cure: 'Write the name of a namespace, or leave it out: operators then share one of the platform.',
    });
  }
  if (where && namespace !== undefined && isReservedNamespace(namespace)) {
    report.error(where, {
      code: 'reserved-namespace',
      message: `\`namespace\` is ${JSON.stringify(namespace)}, which belongs to ${namespace.startsWith('kube-') ? 'Kubernetes' : 'the platform'} itself.`,
      cure: 'Write the name of another namespace, or leave it out: operators then share one of the platform.',
    });
  }
}
