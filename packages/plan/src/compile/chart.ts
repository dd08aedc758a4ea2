import type { ChartDependency } from '../model.js';
import { itemsOf, type SpecNode, valueAt } from '../parse/node.js';
import { helmValueOf, layersOf } from './chart-values.js';
import { compact, hasValue, textAt, truthAt } from './read-value.js';

/** `helmChartDependencies` → charts in order. Without a repository name, the last part of its address. */
export function compileCharts(list: SpecNode | undefined): ChartDependency[] {
  return itemsOf(list).map((node) => {
    const values = valueAt(node, 'chartValues');
    const layers = valueAt(node, 'layeredChartValues');
    const provider = valueAt(node, 'authProvider');
    const url = textAt(node, 'chartRepoURL', '');
    return compact<ChartDependency>({
      chartName: textAt(node, 'chartName', ''),
      chartVersion: textAt(node, 'chartVersion', ''),
      chartRepoName: textAt(node, 'chartRepoName') ?? url.split('/').findLast((part) => part !== '') ?? '',
      chartRepoURL: url,
      chartValues: values && helmValueOf(values),
      layeredChartValues: layers && layersOf(layers),
      username: textAt(node, 'username') ?? textAt(provider, 'username'),
      password: textAt(node, 'password') ?? textAt(provider, 'password'),
      namespace: textAt(node, 'namespace'),
      releaseName: textAt(node, 'releaseName'),
      restartsInstances: hasValue(node, 'restartsInstances') ? truthAt(node, 'restartsInstances', false) : undefined,
    });
  });
}
