/**
 * The operator guard (docs/operator-guard.md): what an upgrade of an operator's chart would do to the instances of a cell, found out before it
 * begins. It reads the chart, the definitions and the objects of the cell, and the plans that live there; it changes nothing.
 */
import { createHash } from 'node:crypto';
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { cut, PATTERN_STEPS, PatternBudget, stableJson } from '@cellplane/plan';
import type { Cells } from '../cells/cell.js';
import { compareVersions, type WantedChart } from '../charts/chart-rules.js';
import { selectChart } from '../charts/chart-store.js';
import type { Database } from '../database/database.js';
import { masked } from '../work/words.js';
import { allowedKeys } from './allowance-store.js';
import { type CellPlans, plansOfCell, usedVersions } from './cell-plans.js';
import type { DefinitionsOf } from './chart-definitions.js';
import { type Definition, readDefinition, storageVersion } from './definition.js';
import {
  comparedVersion,
  type DefinitionFinding,
  definitionFindings,
  type FoundObject,
  MOST_NAMED,
  newUncheckedRules,
  ObjectComparison,
  removedDefinitions,
} from './definition-change.js';
import { chartUsers } from './other-plans.js';
import { type ChartReport, type DefinitionReport, type GuardFinding, type GuardReport, inWords } from './report.js';

export interface GuardDeps {
  db: Database;
  cells: Cells;
  definitionsOf: DefinitionsOf;
}

/** A chart with what its plan says of its upgrades. */
export interface GuardedChart {
  wanted: WantedChart;
  restartsInstances?: boolean | undefined;
}

const CRD = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const PAGE = 250;
const CALL_MS = 30_000;
/** For all objects of a cell: a budget of one request is for one value each. */
const STEPS = 10 * PATTERN_STEPS;

/** @throws ApiError if the cell does not answer, HelmError if the chart cannot be rendered, DomainError */
export async function guardOperators(
  deps: GuardDeps,
  of: { cellId: string; charts: readonly GuardedChart[]; signal?: AbortSignal },
): Promise<GuardReport> {
  const plans = await plansOfCell(deps.db, of.cellId);
  const charts: ChartReport[] = [];
  for (const one of of.charts) charts.push(await guardChart(deps, of, one, plans));
  return { cellId: of.cellId, charts };
}

async function guardChart(
  deps: GuardDeps,
  { cellId, signal }: { cellId: string; signal?: AbortSignal },
  { wanted, restartsInstances }: GuardedChart,
  plans: CellPlans,
): Promise<ChartReport> {
  const { repositoryUrl, chart, version } = wanted;
  const there = await selectChart(deps.db, { cellId, repositoryUrl, chart });
  const action = there === undefined ? 'install' : compareVersions(version, there.version) > 0 ? 'upgrade' : 'keep';
  const report: ChartReport = {
    repositoryUrl,
    chart,
    ...(there === undefined ? {} : { installed: there.version }),
    wanted: version,
    action,
    definitions: [],
    findings: [],
    notChecked: [],
    users: chartUsers(plans.running, wanted, restartsInstances),
    allowed: false,
  };
  // Nothing is put over what is not there, or stays.
  if (there === undefined || action === 'keep') return report;
  const client = await deps.cells.client(cellId);
  const call = { timeoutMs: CALL_MS, ...(signal === undefined ? {} : { signal }) };
  const brought = await deps.definitionsOf(cellId, wanted).catch((error: unknown) => notRendered(error, wanted));
  if ('key' in brought) report.findings.push(brought);
  const { templates, once } = 'key' in brought ? { templates: [], once: [] } : brought;
  const inCell = (await client.list(CRD, call)).items.map(readDefinition).filter((one) => one !== undefined);
  const findings: DefinitionFinding[] = [];
  const patterns = new PatternBudget(STEPS);
  for (const after of templates) {
    const before = inCell.find(({ name }) => name === after.name);
    if (before === undefined) {
      report.definitions.push({ name: after.name, kind: after.kind, change: 'added', objects: 0 });
      continue;
    }
    const compared = await compareDefinition({ client, call, patterns, plans }, before, after);
    report.definitions.push(compared.report);
    findings.push(...compared.findings);
    report.notChecked.push(...compared.notChecked);
  }
  const removed = 'key' in brought ? [] : removedDefinitions(inCell, `${there.namespace}/${there.releaseName}`, templates);
  for (const after of once) {
    const before = inCell.find(({ name }) => name === after.name);
    if (before !== undefined && !removed.includes(before) && differs(before, after))
      report.definitions.push({ name: after.name, kind: after.kind, change: 'not-upgraded', objects: 0 });
  }
  for (const before of removed) {
    const objects: FoundObject[] = [];
    let count = 0;
    await eachObject(client, before, storageVersion(before), { ...call, metadataOnly: true }, ({ metadata }) => {
      count += 1;
      if (objects.length < MOST_NAMED) objects.push({ namespace: metadata.namespace ?? '', name: metadata.name });
    });
    const { name: definition, kind } = before;
    report.definitions.push({ name: definition, kind, change: 'removed', objects: count });
    findings.push({ code: 'definition-removed', refuses: count > 0, definition, kind, objects, count });
  }
  report.findings = [...report.findings, ...findings.map((finding) => inReport(finding, wanted, plans)), ...contradictions(report, wanted)];
  const refusing = report.findings.filter(({ refuses }) => refuses);
  const allowed = refusing.length === 0 ? new Set<string>() : await allowedKeys(deps.db, { cellId, repositoryUrl, chart, version });
  report.allowed = refusing.length > 0 && refusing.every(({ key }) => allowed.has(key));
  return report;
}

interface Comparing {
  client: KubernetesClient;
  call: { timeoutMs: number; signal?: AbortSignal };
  patterns: PatternBudget;
  plans: CellPlans;
}

async function compareDefinition(
  { client, call, patterns, plans }: Comparing,
  before: Definition,
  after: Definition,
): Promise<{ report: DefinitionReport; findings: DefinitionFinding[]; notChecked: string[] }> {
  const report: DefinitionReport = { name: after.name, kind: after.kind, change: 'unchanged', objects: 0 };
  if (!differs(before, after)) return { report, findings: [], notChecked: [] };
  report.change = 'changed';
  const findings = definitionFindings(before, after, usedVersions(plans, before));
  const notChecked = newUncheckedRules(before, after);
  if (after.convertsByWebhook) notChecked.push(`${after.kind}: the conversion of objects by the operator's webhook`);
  const version = comparedVersion(before, after);
  if (version === undefined) return { report, findings, notChecked };
  const comparison = new ObjectComparison(before, after, version, patterns);
  await eachObject(client, before, version, call, (object) => comparison.add(object));
  report.objects = comparison.objects;
  if (comparison.isIncomplete) notChecked.push(`${after.kind}: patterns, which would have taken too long`);
  return { report, findings: [...findings, ...comparison.findings()], notChecked };
}

/** All objects of a kind, a page at a time. A kind whose definition is not served has none. */
async function eachObject(
  client: KubernetesClient,
  { group, kind }: Definition,
  version: string,
  { metadataOnly = false, ...call }: Comparing['call'] & { metadataOnly?: boolean },
  work: (object: KubernetesObject) => void,
): Promise<void> {
  let continueToken: string | undefined;
  do {
    const of = {
      apiVersion: `${group}/${version}`,
      kind,
      metadataOnly,
      limit: PAGE,
      ...(continueToken === undefined ? {} : { continueToken }),
    };
    const page = await client.list(of, call).catch((error: unknown) => {
      if (error instanceof ApiError && error.reason === 'KindNotServed') return { items: [], continueToken: undefined };
      throw error;
    });
    for (const object of page.items) work(object);
    ({ continueToken } = page);
  } while (continueToken !== undefined);
}

function differs(before: Definition, after: Definition): boolean {
  const facts = ({ scope, kind, plural, versions }: Definition) => stableJson([scope, kind, plural, versions]);
  return facts(before) !== facts(after);
}

function inReport(finding: DefinitionFinding, { chart, version }: WantedChart, { instanceOf }: CellPlans): GuardFinding {
  const { code, definition, path = '', rule = '', objects } = finding;
  return {
    ...finding,
    key: keyOf([code, definition, path, rule].filter((part) => part !== '').join(' ')),
    message: inWords(finding, `${chart} ${version}`),
    objects: objects.map((object) => {
      const instanceId = instanceOf.get(object.namespace);
      return instanceId === undefined ? object : { ...object, instanceId };
    }),
  };
}

/** Characters of a key: it is stored with what it allows. */
const MOST_KEY = 500;

function keyOf(text: string): string {
  if (text.length <= MOST_KEY) return text;
  const mark = createHash('sha256').update(text).digest('base64url').slice(0, 16);
  return `${text.slice(0, MOST_KEY - mark.length - 2)}… ${mark}`;
}

/** A chart that cannot be rendered, now or later, is not looked at: somebody has to say that it may be upgraded. @throws what may pass by itself */
function notRendered(error: unknown, wanted: WantedChart): GuardFinding {
  if (!(error instanceof Error && 'retriable' in error && error.retriable === false)) throw error;
  const cause = masked(error.message, [wanted.password ?? '', ...(wanted.secrets ?? [])]);
  const message = `What ${wanted.chart} ${wanted.version} brings could not be read: ${cut(cause, 600)}`;
  return { key: 'not-examined', code: 'not-examined', refuses: true, message, definition: '', kind: '', objects: [], count: 0 };
}

/** Other plans of the cell that were made for another major version. */
function contradictions({ users, installed = '' }: ChartReport, { chart, version, plan }: WantedChart): GuardFinding[] {
  return users
    .filter(({ contradicts }) => contradicts)
    .map(({ planId, planName, planVersion, wants, instances }) => ({
      code: 'other-major-version',
      refuses: true,
      definition: '',
      kind: '',
      key: `other-major-version ${planId} ${planVersion}`,
      objects: [],
      count: instances,
      message: `Plan "${planName}" ${planVersion} (${planId}), which has ${instances} ${instances === 1 ? 'instance' : 'instances'} in this cell, wants ${chart} ${wants}; plan "${plan.name}" ${plan.version} (${plan.id}) wants ${version}, and ${installed} is installed.`,
    }));
}
