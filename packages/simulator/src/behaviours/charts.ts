import type { ControllerDeps } from '../controllers/controller.js';
import { badRequest, notFound } from '../api/status.js';
import { isObject, type JsonObject, objectAt, stringAt } from '../json.js';
import { change, ensureObject, findAll, type Operator, remove } from './behaviour.js';
import { barmanCrds, cnpgCrds } from './cnpg/crds.js';
import { BARMAN_PLUGIN } from './cnpg/state.js';
import { widgetCrds } from './widgets.js';

/** A chart that the cell can install without Helm. */
export interface SimulatedChart {
  name: string;
  crds: (labels: Record<string, string>, version: string) => JsonObject[];
  /** Objects besides the CRDs and the operator's Deployment. */
  objects: (namespace: string, labels: Record<string, string>) => (JsonObject & { metadata: JsonObject })[];
}

/** An installed one. */
export interface ChartRelease {
  chart: string;
  version: string;
  namespace: string;
  release: string;
  simulated: true;
}

/** The operator charts that the cell knows, by chart name. */
export const SIMULATED_CHARTS: readonly SimulatedChart[] = [
  { name: 'cloudnative-pg', crds: cnpgCrds, objects: () => [] },
  {
    name: 'plugin-barman-cloud',
    crds: barmanCrds,
    objects: (namespace, labels) => [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          name: 'barman-cloud',
          namespace,
          labels: { ...labels, app: 'barman-cloud', 'cnpg.io/pluginName': BARMAN_PLUGIN },
          annotations: { 'cnpg.io/pluginPort': '9090' },
        },
        spec: { ports: [{ port: 9090, targetPort: 9090 }], selector: { app: 'barman-cloud' } },
      },
    ],
  },
  { name: 'widget-operator', crds: widgetCrds, objects: () => [] },
];

const RELEASE = 'simulator.cellplane.dev/release';

/**
 * `/simulator/charts`: GET lists the releases, POST `{name, version, namespace?, release?}` installs or updates one (never downgrades:
 * an older version leaves what is installed), GET `/simulator/charts/<name>/<version>/crds` shows its definitions, DELETE `/simulator/charts/<name>` takes the operator away and leaves the CRDs.
 * Throws 400 for a chart that is not simulated, unless the body says `unknown: "accept"`: then a Deployment stands for its operator.
 */
export function startCharts(deps: ControllerDeps): (method: string, pathname: string, body: string) => JsonObject | undefined {
  const operator: Operator = { cell: deps.cell, name: 'helm', scaled: deps.scaled };
  return (method, pathname, body) => {
    const [, , section, name, version = '', part] = pathname.split('/');
    if (section !== 'charts') return undefined;
    if (method === 'GET' && part === 'crds') {
      const chart = SIMULATED_CHARTS.find((one) => one.name === name);
      return { simulated: true, crds: chart?.crds({}, decodeURIComponent(version)) ?? [] };
    }
    if (method === 'POST' && name === undefined) install(operator, body);
    else if (method === 'DELETE' && name !== undefined) uninstall(operator, name);
    else if (method !== 'GET' || name !== undefined) return undefined;
    return { simulated: true, charts: SIMULATED_CHARTS.map((chart) => chart.name), releases: releases(operator) };
  };
}

function releases(operator: Operator): ChartRelease[] {
  return findAll(operator, 'apps/v1', 'Deployment', '').flatMap((deployment) => {
    const text = objectAt(deployment, 'metadata', 'annotations')[RELEASE];
    return typeof text === 'string' ? [JSON.parse(text) as ChartRelease] : [];
  });
}

function install(operator: Operator, body: string): void {
  const wanted: unknown = JSON.parse(body);
  const name = stringAt(wanted, 'name');
  const version = stringAt(wanted, 'version');
  const chart = SIMULATED_CHARTS.find((one) => one.name === name) ?? unknownChart(wanted);
  if (!chart || version === '')
    throw badRequest(
      chart
        ? 'version is required'
        : `chart "${name}" is not simulated; simulated charts: ${SIMULATED_CHARTS.map((one) => one.name).join(', ')}`,
    );
  const before = releases(operator).find((one) => one.chart === name);
  const namespace = before?.namespace ?? (stringAt(wanted, 'namespace') || 'cellplane-operators');
  const release: ChartRelease = {
    chart: name,
    version,
    namespace,
    release: before?.release ?? (stringAt(wanted, 'release') || name),
    simulated: true,
  };
  if (before && compare(before.version, version) >= 0) return;
  const labels = {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': release.release,
    'app.kubernetes.io/managed-by': 'Helm',
    'helm.sh/chart': `${name}-${version}`,
    'cellplane.dev/simulated': 'true',
  };
  ensureObject(operator, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const crd of chart.crds(labels, version)) put(operator, crd as JsonObject & { metadata: JsonObject });
  for (const object of chart.objects(namespace, labels)) put(operator, object);
  const selector = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': release.release };
  put(operator, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: release.release, namespace, labels, annotations: { [RELEASE]: JSON.stringify(release) } },
    spec: {
      replicas: 1,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...selector, 'cellplane.dev/simulated': 'true' } },
        spec: { containers: [{ name: 'manager', image: `simulated/${name}:${version}` }] },
      },
    },
  });
}

/** A chart of an operator that nobody behaves like, where that is said to be wanted: a Deployment stands for it, nothing else. */
function unknownChart(wanted: unknown): SimulatedChart | undefined {
  const name = stringAt(wanted, 'name');
  if (stringAt(wanted, 'unknown') !== 'accept' || !/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/.test(name)) return undefined;
  return { name, crds: () => [], objects: () => [] };
}

function put(operator: Operator, object: JsonObject & { metadata: JsonObject }): void {
  const found = ensureObject(operator, object);
  if (!found) return;
  change(operator, found, (next) => {
    const { metadata, status: _status, ...rest } = object;
    Object.assign(next, rest);
    for (const field of ['labels', 'annotations'])
      if (isObject(metadata[field])) next.metadata[field] = { ...objectAt(next, 'metadata', field), ...metadata[field] };
  });
}

function uninstall(operator: Operator, name: string): void {
  const found = findAll(operator, 'apps/v1', 'Deployment', '').find(
    (one) =>
      objectAt(one, 'metadata', 'labels')['app.kubernetes.io/name'] === name &&
      objectAt(one, 'metadata', 'annotations')[RELEASE] !== undefined,
  );
  if (!found) throw notFound({ group: 'simulator.cellplane.dev', plural: 'charts' }, name);
  const chart = SIMULATED_CHARTS.find((one) => one.name === name);
  for (const object of chart?.objects(String(found.metadata.namespace), {}) ?? []) {
    const live = findAll(operator, String(object.apiVersion), String(object.kind), String(found.metadata.namespace)).find(
      (one) => one.metadata.name === object.metadata.name,
    );
    if (live) remove(operator, live);
  }
  remove(operator, found);
}

/** Orders versions by their numbers. */
function compare(a: string, b: string): number {
  const left = a.split(/[.+-]/).map(Number);
  const right = b.split(/[.+-]/).map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return 0;
}
