import { hasValue, textAt } from '../../compile/read-value.js';
import { entryOf, type SpecNode, valueAt } from '../../parse/node.js';
import { keyPlace, type Report } from '../../parse/report.js';

const REPOSITORY = ['chartRepoURL', 'chartRepoName', 'authProvider'] as const;
const UPLOADED = ['artifactsLocalPath', 'artifactRelativePath'] as const;

/** A chart as a resource has one source: a repository with the chart's name and version, or an uploaded folder. */
export function checkChartSource(report: Report, service: SpecNode): void {
  const chart = valueAt(service, 'helmChartConfiguration');
  const entry = entryOf(service, 'helmChartConfiguration');
  if (chart?.kind !== 'map' || !entry) return;
  const given = (key: string): boolean => textAt(chart, key, '').trim() !== '' || (key === 'authProvider' && hasValue(chart, key));
  const uploaded = UPLOADED.filter(given);
  const repository = REPOSITORY.filter(given);
  if (uploaded.length === 0) {
    const missing = ['chartName'].filter((key) => !given(key));
    if (missing.length === 0) return;
    report.error(keyPlace(entry), {
      code: 'missing-key',
      message: `\`helmChartConfiguration\` needs ${missing.map((key) => `\`${key}\``).join(', ')}.`,
      cure: 'Name the chart in its repository, or an uploaded folder with `artifactsLocalPath`.',
    });
    return;
  }
  const [second] = uploaded.length > 1 ? uploaded.slice(1) : repository;
  const conflict = second && entryOf(chart, second);
  if (!conflict) return;
  report.error(keyPlace(conflict), {
    code: 'source-conflict',
    message: `\`${uploaded[0]}\` and \`${second}\` exclude each other: the chart comes from one place.`,
    cure: 'Keep one of them.',
  });
}
