/** Which paths a command asks for: the instances and versions that it names, and how they are gone through. */
import type { Client } from '@cellplane/api';
import { CommandFailure } from '../../failure.js';
import { findInstance, findPlan, findService } from '../../lookup.js';
import { readParameters } from '../../parameters.js';
import type { CreateOptions } from './options.js';

type PathRequest = NonNullable<Parameters<Client['createUpgradePath']>[0]['body']>;

/** One path: of one plan and one source version. */
export interface WantedPath {
  params: { serviceId: string; productTierId: string };
  body: PathRequest;
}

interface Source {
  params: WantedPath['params'];
  version: string;
  filters: Record<string, string[]>;
}

/** @throws CommandFailure */
export async function wantedPaths(client: Client, ids: string[], options: CreateOptions): Promise<WantedPath[]> {
  const sources = ids.length > 0 ? await sourcesOf(client, ids) : [await sourceOfPlan(client, options)];
  const more = await readMore(options);
  return Promise.all(
    sources.map(async ({ params, version, filters }) => {
      const targetVersion = await targetOf(client, params, options);
      if (targetVersion === version)
        throw new CommandFailure('bad_request', `These instances run version ${version} already: ${ids.join(', ') || 'all of the plan'}.`);
      return { params, body: { sourceVersion: version, targetVersion, upgradeFilters: { ...filters, ...readFilters(options) }, ...more } };
    }),
  );
}

/** Instances of several versions or plans are several paths. */
async function sourcesOf(client: Client, ids: string[]): Promise<Source[]> {
  const sources = new Map<string, Source>();
  for (const id of new Set(ids)) {
    const { serviceId, productTierId, productTierVersion: version = '' } = await findInstance(client, id);
    const key = `${productTierId} ${version}`;
    const source = sources.get(key) ?? { params: { serviceId, productTierId }, version, filters: { INSTANCE_IDS: [] } };
    source.filters['INSTANCE_IDS']?.push(id);
    sources.set(key, source);
  }
  return [...sources.values()];
}

async function sourceOfPlan(client: Client, options: CreateOptions): Promise<Source> {
  const { service: named, plan: wanted, sourceVersion } = options;
  if (named === undefined || wanted === undefined || sourceVersion === undefined)
    throw new CommandFailure(
      'bad_request',
      'Say which instances: their ids, or all of a version of a plan with --service, --plan and --source-version.',
    );
  const service = await findService(client, named);
  const { plan } = findPlan(service, wanted, options.environment);
  return { params: { serviceId: service.id, productTierId: plan.productTierID }, version: sourceVersion, filters: {} };
}

async function targetOf(client: Client, params: WantedPath['params'], { version, versionName }: CreateOptions): Promise<string> {
  if (versionName !== undefined) {
    const { tierVersionSets } = await client.listVersionSets({ params, query: {} });
    const found = tierVersionSets.find(({ name }) => name?.toLowerCase() === versionName.toLowerCase());
    if (found !== undefined) return found.version;
    throw new CommandFailure('not_found', `The plan has no version named "${versionName}".`);
  }
  if (version === undefined) throw new CommandFailure('bad_request', 'Say to which version with --version: 2.0, preferred or latest.');
  return (await client.describeVersionSet({ params: { ...params, version } })).version;
}

async function readMore(options: CreateOptions): Promise<Omit<PathRequest, 'sourceVersion' | 'targetVersion' | 'upgradeFilters'>> {
  const parameters = await readParameters(options.param, options.paramFile);
  const strategy = readStrategy(options);
  return {
    notifyCustomer: options.notifyCustomer ?? false,
    ...(options.scheduledDate === undefined ? {} : { scheduledDate: options.scheduledDate }),
    ...(options.maxConcurrentUpgrades === undefined
      ? {}
      : { maxConcurrentUpgrades: wholeOf('--max-concurrent-upgrades', options.maxConcurrentUpgrades) }),
    ...(parameters === undefined ? {} : { configurationOverrides: parameters }),
    ...(Object.keys(strategy).length === 0 ? {} : { strategy }),
  };
}

function readStrategy(options: CreateOptions): NonNullable<PathRequest['strategy']> {
  const { haltAt, canary, waves, soak, gate, order, after } = options;
  const isPercent = haltAt?.trim().endsWith('%') === true;
  const conditions = (gate ?? []).map(conditionOf);
  return {
    ...(canary === undefined ? {} : { canary }),
    ...(waves === undefined ? {} : { waves: waves.split(',').map((share) => share.trim()) }),
    ...(soak === undefined ? {} : { soakSeconds: secondsOf('--soak', soak) }),
    ...(haltAt === undefined
      ? {}
      : isPercent
        ? { haltAtFailurePercent: wholeOf('--halt-at', haltAt.trim().slice(0, -1)) }
        : { haltAtFailures: wholeOf('--halt-at', haltAt) }),
    ...(conditions.length === 0 && options.health !== false
      ? {}
      : { gates: { ...(options.health === false ? { health: false } : {}), ...(conditions.length === 0 ? {} : { conditions }) } }),
    ...(order === undefined ? {} : { order }),
    ...(after === undefined ? {} : { after }),
    ...(options.automaticRollback === true ? { automaticRollback: true } : {}),
    ...(options.ignoreWindows === true ? { ignoreMaintenanceWindows: true } : {}),
  };
}

/** `REGIONS=eu-central-1,us-east-1` */
function readFilters({ filter = [] }: CreateOptions): Record<string, string[]> {
  const filters: Record<string, string[]> = {};
  for (const text of filter) {
    const [name = '', values = ''] = splitAt(text, '=');
    if (name.trim() === '' || values === '') throw new CommandFailure('bad_request', `--filter "${text}" must be NAME=value,value.`);
    // One that is given twice takes what either of them names.
    (filters[name.trim().toUpperCase()] ??= []).push(...values.split(',').map((value) => value.trim()));
  }
  return filters;
}

/** `Cluster: status.readyInstances == 3` */
function conditionOf(text: string): { kind: string; condition: string } {
  const [kind = '', condition = ''] = splitAt(text, ':');
  if (kind.trim() === '' || condition.trim() === '')
    throw new CommandFailure(
      'bad_request',
      `--gate "${text}" must be "Kind: condition", such as "Cluster: status.phase == Cluster in healthy state".`,
    );
  return { kind: kind.trim(), condition: condition.trim() };
}

function splitAt(text: string, sign: string): string[] {
  const at = text.indexOf(sign);
  return at < 0 ? [] : [text.slice(0, at), text.slice(at + 1)];
}

const UNITS: Record<string, number> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };

/** `90`, `90s`, `10m`, `2h`, `1d`. */
function secondsOf(option: string, text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,7})([smhd]?)$/.exec(text.trim()) ?? [];
  if (number === '') throw new CommandFailure('bad_request', `${option} "${text}" must be a time such as 90s, 10m or 2h.`);
  return Number(number) * (UNITS[unit] ?? 1);
}

function wholeOf(option: string, text: string): number {
  if (/^\d{1,7}$/.test(text.trim())) return Number(text);
  throw new CommandFailure('bad_request', `${option} "${text}" must be a whole number.`);
}
