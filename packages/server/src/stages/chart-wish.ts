/** The charts that a resource of a plan wants in the instance's cell, with their values rendered. */
import { type ChartDependency, evaluateText, evaluateTree, type ExpressionContext, type Json, tenantPartsIn } from '@cellplane/plan';
import { planPlace } from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import type { WantedChart } from '../charts/chart-rules.js';

/** Operators share one namespace unless a plan says otherwise (docs/architecture.md#charts). */
const OPERATOR_NAMESPACE = 'cellplane-operators';

export type ChartWish = { ok: true; chart: WantedChart } | { ok: false; message: string };

type Context = Omit<ExpressionContext, 'place'>;

export type PlanOfChart = WantedChart['plan'];

/** The plan that asks for a chart, by the name that it has by now. */
export async function planOfChart(
  { db }: { db: Database },
  { providerOrgId, planId }: { providerOrgId: string; planId: string },
  version: string,
): Promise<PlanOfChart> {
  return { id: planId, name: (await planPlace(db, providerOrgId, planId)).planName, version };
}

/**
 * Renders one chart. Values that cannot be rendered are named, never quoted. A release is shared by all tenants of its cell:
 * plan versions that were built before the build refused values of one tenant there are refused here.
 */
export function chartWish(chart: ChartDependency, given: Context, plan: PlanOfChart): ChartWish {
  const { chartValues = null, layeredChartValues = null, username = null, password = null } = chart;
  const [part] = tenantPartsIn([chartValues, layeredChartValues, username, password]);
  if (part !== undefined) {
    const message = `chart ${chart.chartName}: ${part.text} ${part.why}, and the chart is installed once for all instances of the cell. Build a version of the plan without it and upgrade to that.`;
    return { ok: false, message };
  }
  const secrets = new Set<string>();
  const context: Context = {
    ...given,
    secrets: (name) => {
      const value = given.secrets(name);
      if (value !== undefined) secrets.add(value);
      return value;
    },
  };
  const place = `charts.${chart.chartName}`;
  const problems: string[] = [];
  const tree = (value: Json, at: string): Json => {
    const evaluated = evaluateTree(value, { ...context, place: `${place}.${at}` });
    if (evaluated.ok) return evaluated.value.value;
    problems.push(...evaluated.problem.map((problem) => problem.message));
    return null;
  };
  const values =
    chart.layeredChartValues === undefined ? tree(chart.chartValues ?? null, 'values') : layered(chart.layeredChartValues, tree, matches);
  function matches(expression: string, wanted: Json): boolean {
    const evaluated = evaluateText(expression, { ...context, place: `${place}.scope` });
    if (!evaluated.ok) problems.push(evaluated.problem.message);
    return evaluated.ok && String(evaluated.value.value) === String(wanted);
  }
  const result: WantedChart = {
    repositoryUrl: chart.chartRepoURL,
    chart: chart.chartName,
    version: chart.chartVersion,
    namespace: chart.namespace ?? OPERATOR_NAMESPACE,
    releaseName: chart.releaseName ?? chart.chartName,
    values,
    plan,
  };
  if (chart.username !== undefined) result.username = String(tree(chart.username, 'username'));
  if (chart.password !== undefined) result.password = String(tree(chart.password, 'password'));
  if (result.password !== undefined) secrets.add(result.password);
  result.secrets = [...secrets];
  if (problems.length > 0) return { ok: false, message: `chart ${chart.chartName}: ${[...new Set(problems)].join(' ')}` };
  return { ok: true, chart: result };
}

/** Later layers override; a layer counts when every entry of its scope has the wanted value (docs/reference/plan-language.md#layered-chart-values). */
function layered(layers: Json, render: (value: Json, at: string) => Json, matches: (expression: string, wanted: Json) => boolean): Json {
  let result: Json = null;
  for (const [index, layer] of (Array.isArray(layers) ? layers : []).entries()) {
    if (!isMap(layer)) continue;
    const scope = layer['scope'] ?? null;
    const counts = !isMap(scope) || Object.entries(scope).every(([expression, wanted]) => matches(expression, wanted));
    if (counts) result = merge(result, render(layer['values'] ?? null, `layers[${index}].values`));
  }
  return result;
}

function merge(below: Json, above: Json): Json {
  if (!isMap(below) || !isMap(above)) return above ?? below;
  const result: Record<string, Json> = { ...below };
  for (const [key, value] of Object.entries(above)) result[key] = merge(below[key] ?? null, value);
  return result;
}

function isMap(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
