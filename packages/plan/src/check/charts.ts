import { hasValue, textAt } from '../compile/read-value.js';
import { itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import type { Report } from '../parse/report.js';
import { checkChartValues } from './chart-values.js';
import { holdsExpression } from './literal-fields.js';

/** semver.org, 2.0.0; a leading `v` is common in chart repositories. */
const VERSION =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*)?(\+[\da-zA-Z-]+(\.[\da-zA-Z-]+)*)?$/;
const CHART_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** Helm's names of releases: DNS labels, dots allowed, 53 characters. */
const RELEASE_NAME = /^[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The charts of an operator: one exact version, a name that is a name, an address that Helm may be given. */
export function checkCharts(report: Report, service: SpecNode): void {
  for (const chart of itemsOf(valueAt(service, 'operatorCRDConfiguration', 'helmChartDependencies'))) {
    const url = textAt(chart, 'chartRepoURL', '');
    checkVersion(report, valueAt(chart, 'chartVersion'));
    const named = checkName(report, valueAt(chart, 'chartName'), url.startsWith('oci://'));
    checkAddress(report, valueAt(chart, 'chartRepoURL'));
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
  if (!node || version === undefined || VERSION.test(version)) return;
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
  const segments = isRegistry ? name.split('/') : [name];
  if (name.length <= 250 && segments.every((segment) => CHART_NAME.test(segment))) return true;
  const last = name.split('/').at(-1) ?? '';
  report.error(node, {
    code: 'bad-chart-name',
    message: `\`chartName\` must be the name of a chart: letters, digits, \`-\`, \`_\` and \`.\`, beginning with a letter or a digit; this is ${JSON.stringify(name)}.`,
    cure:
      name.includes('/') && CHART_NAME.test(last)
        ? `Write \`${last}\`; where it lies is said by \`chartRepoURL\`.`
        : 'Write the name as the repository lists it.',
  });
  return false;
}

function checkAddress(report: Report, node: SpecNode | undefined): void {
  const address = plain(node);
  if (!node || address === undefined) return;
  const fault = addressFault(address);
  if (fault) report.error(node, { code: 'bad-chart-address', ...fault });
}

const HTTPS = 'Write the `https://` or `oci://` address of the repository.';

/** Scheme, user, host, port, path and the rest. Not the URL parser of the platform: it mends what Helm would read otherwise. */
const ADDRESS =
  /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?(\[[0-9a-f:]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?(\/[^\s?#\\]*)?(\?[^\s#\\]*)?(#.*)?$/i;

function addressFault(address: string): { message: string; cure: string } | undefined {
  const [, scheme = '', user, host = '', path = '', , fragment] = ADDRESS.exec(address) ?? [];
  if (user !== undefined) {
    return {
      message: '`chartRepoURL` holds a user or a password, which would be stored and shown with the plan.',
      cure: 'Use `username` and `password: "$secret.<NAME>"`.',
    };
  }
  if (scheme === '') return { message: `\`chartRepoURL\` is no address: ${JSON.stringify(withoutUser(address))}.`, cure: HTTPS };
  if (fragment !== undefined)
    return { message: '`chartRepoURL` ends with a fragment, which is never sent.', cure: 'Remove it from `#` on.' };
  if (scheme === 'oci' && /[:@]/.test(path)) {
    return { message: '`chartRepoURL` names a tag or a digest.', cure: 'Remove it; which version is meant is said by `chartVersion`.' };
  }
  if (scheme === 'https' || scheme === 'oci') return undefined;
  if (scheme === 'http') {
    if (LOOPBACK.test(host)) return undefined;
    return {
      message: '`chartRepoURL` is not encrypted: whoever sits on the way can give every tenant another operator.',
      cure: 'Use `https://`. A repository that only speaks http can be a mirror, set by the operator of this installation in CELLPLANE_CHART_MIRRORS.',
    };
  }
  return { message: `\`chartRepoURL\` begins with \`${scheme}://\`, which is not read.`, cure: HTTPS };
}

function withoutUser(address: string): string {
  return address.replace(/\/\/[^/]*@/, '//***@').slice(0, 100);
}

/** Where the release lies. Without a name of its own it has that of the chart, which Helm takes only as a DNS label. */
function checkRelease(report: Report, chart: SpecNode, named: boolean): void {
  const release = valueAt(chart, 'releaseName');
  const name = plain(release);
  if (release && name !== undefined && !RELEASE_NAME.test(name)) {
    report.error(release, {
      code: 'bad-release-name',
      message: `\`releaseName\` must be small letters, digits, \`-\` and \`.\`, 53 at most; this is ${JSON.stringify(name)}.`,
      cure: 'Choose another name.',
    });
  }
  const chartName = valueAt(chart, 'chartName');
  const implied = plain(chartName);
  if (named && !hasValue(chart, 'releaseName') && chartName && implied !== undefined && !RELEASE_NAME.test(implied)) {
    report.error(chartName, {
      code: 'bad-release-name',
      message: `The release would be called ${JSON.stringify(implied)}, as the chart is, and Helm takes small letters, digits, \`-\` and \`.\` only, 53 at most.`,
      cure: 'Add `releaseName`.',
    });
  }
  const where = valueAt(chart, 'namespace');
  const namespace = plain(where);
  if (where && namespace !== undefined && !NAMESPACE.test(namespace)) {
    report.error(where, {
      code: 'bad-namespace',
      message: `\`namespace\` must be a DNS label (small letters, digits and \`-\`, 63 at most); this is ${JSON.stringify(namespace)}.`,
      cure: 'Write the name of a namespace, or leave it out: operators then share one of the platform.',
    });
  }
}
