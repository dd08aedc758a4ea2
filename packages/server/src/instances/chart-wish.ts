/** The charts that a resource of a plan wants in the instance's cell, with their values rendered. */
import { type ChartDependency, evaluateText, type ExpressionContext, type Json } from '@cellplane/plan';
import type { WantedChart } from '../cells/chart-rules.js';

/** Operators share one namespace unless a plan says otherwise (design 5.10). */
const OPERATOR_NAMESPACE = 'cellplane-operators';

export type ChartWish = { ok: true; chart: WantedChart } | { ok: false; message: string };

/** Renders one chart. Values that cannot be rendered are named, never quoted. */
export function chartWish(
  chart: ChartDependency,
  context: Omit<ExpressionContext, 'place'>,
  plan: { id: string; name: string; version: string },
): ChartWish {
  const place = `charts.${chart.chartName}`;
  const problems: string[] = [];
  const text = (value: string, at: string): Json => {
    const evaluated = evaluateText(value, { ...context, place: `${place}.${at}` });
    if (evaluated.ok) return evaluated.value.value;
    problems.push(evaluated.problem.message);
    return null;
  };
  const walk = (value: Json, at: string): Json => {
    if (typeof value === 'string') return text(value, at);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${at}[${index}]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, `${at}.${key}`)]));
  };
  const values =
    chart.layeredChartValues === undefined ? walk(chart.chartValues ?? null, 'values') : layered(chart.layeredChartValues, walk);
  const result: WantedChart = {
    repositoryUrl: chart.chartRepoURL,
    chart: chart.chartName,
    version: chart.chartVersion,
    namespace: chart.namespace ?? OPERATOR_NAMESPACE,
    releaseName: chart.releaseName ?? chart.chartName,
    values,
    plan,
  };
  if (chart.username !== undefined) result.username = String(text(chart.username, 'username'));
  if (chart.password !== undefined) result.password = String(text(chart.password, 'password'));
  if (problems.length > 0) return { ok: false, message: `chart ${chart.chartName}: ${[...new Set(problems)].join(' ')}` };
  return { ok: true, chart: result };
}

/** Later layers override; a layer counts when every entry of its scope has the wanted value (plan-spec.md 1.13). */
function layered(layers: Json, walk: (value: Json, at: string) => Json): Json {
  let result: Json = null;
  for (const [index, layer] of (Array.isArray(layers) ? layers : []).entries()) {
    if (!isMap(layer)) continue;
    const scope = isMap(layer['scope'] ?? null) ? (layer['scope'] as Record<string, Json>) : {};
    const counts = Object.entries(scope).every(
      ([expression, wanted]) => String(walk(expression, `layers[${index}].scope`)) === String(wanted),
    );
    if (counts) result = merge(result, walk(layer['values'] ?? null, `layers[${index}].values`));
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
