import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type AllowedSource, HIGHEST_PORT, readAllowedSource } from '@cellplane/plan';
import {
  BACKUPS_PER_CELL,
  ConfigError,
  DRIFT_REQUESTS,
  DRIFT_SECONDS,
  KEPT_DAYS,
  readWhole,
  RECONCILE_SECONDS,
  USAGE_SECONDS,
} from './config-number.js';
import { type Networks, readNetworks } from './http/client-address.js';
import { type RelyingParty, readRelyingParty } from './identity/factors/relying-party.js';
import { SIGN_UP_MODES, type SignUpMode } from './identity/customers/deps.js';
import { LOG_LEVELS, type LogLevel } from './log.js';
import type { HistoryDays } from './retention/history-days.js';
import { readHistory } from './retention/settings.js';

/** Charts of `from` are fetched from `to` instead (docs/architecture.md#charts). Both without a trailing slash. */
export interface ChartMirror {
  from: string;
  to: string;
}

/** Everything the environment decides, checked. Defaults are the contracts of docs/settings.md. */
export { ConfigError };

export interface Config {
  host: string;
  port: number;
  /** Holds embedded PostgreSQL, the simulated cell's log, the master key. Absolute. */
  dataDir: string;
  /** Absent = embedded PostgreSQL below `dataDir`. */
  databaseUrl?: string;
  /** A kubeconfig file: the default deployment cell is this cluster. Absent = the simulated cell. */
  kubeconfig?: string;
  /** Where that cluster stands. Absent = as its nodes are labelled. */
  cellPlaces?: { cloudProvider: string; region: string; zones: string[] }[];
  /** A file with facts of the default cell. Absent = those that were set by an API call stay. */
  cellFacts?: string;
  chartMirrors: ChartMirror[];
  /** Where charts may come from beside the open internet. */
  chartSourcesAllowed: AllowedSource[];
  helm: string;
  tofu: string;
  provider: { email?: string; password?: string };
  /** File with the master key; absent = `masterKey`, else made in the data directory. */
  masterKeyFile?: string;
  /** 32 bytes, base64. */
  masterKey?: string;
  /** Parent domain of the cells' endpoint names (docs/reference/plan-language.md#endpoint-names). */
  endpointDomain: string;
  logLevel: LogLevel;
  /** Whoever asks for figures must send it. Absent = anybody may have the figures, which name no address; and only the provider reads what is wrong in words. */
  metricsToken?: string;
  /** This process answers requests only, and leaves runs to other copies. */
  work: boolean;
  /** What operators do that the simulated cell does not know. */
  simulatedOperators: 'succeed' | 'fail' | 'hang';
  /** The server lives for one simulation (`cellplane simulate`): what only a real operator or account would give is made up. */
  simulation: boolean;
  /** Proxies in front of this server, whose X-Forwarded-For says where a request comes from. */
  trustedProxies: Networks;
  /** Backups that may run in one cell before no more are begun by schedule. */
  backupsPerCell: number;
  /** From one look at what a cell holds to the next one. Milliseconds. */
  reconcileMs: number;
  /** From the end of a drift pass to the next one; 0: none. */
  driftMs: number;
  /** Requests that a drift pass sends to a cell in a minute, at most. */
  driftRequests: number;
  /** From the end of a pass that counts what instances use to the next one; 0: none. */
  usageMs: number;
  /** Notifications may go to addresses of private networks. */
  webhookPrivateTargets: boolean;
  /** Identity providers may stand at addresses of private networks. */
  ssoPrivateAddresses: boolean;
  /** Days for which audit events are kept. */
  auditDays: number;
  /** Days of history, by environment type. */
  historyDays: HistoryDays;
  /** Days for which what was deleted can still be read by its id. */
  deletedDays: number;
  /** Absent = mails stay in the outbox, where people or a portal read them. */
  smtpUrl?: string;
  mailFrom: string;
  /** The customers' portal, without a trailing slash. Absent = mails tell commands. */
  portalUrl?: string;
  /** The sites that passkeys are for. */
  relyingParty: RelyingParty;
  /** Which customers may make accounts themselves. */
  signUp: SignUpMode;
  /** A process whose event loop stands still for so long is ended; 0: never. */
  loopLimitSeconds: number;
}

/** Reads the environment. Empty variables count as not set. Throws `ConfigError` for the first variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv, user: { isRoot: boolean; home: string } = currentUser()): Config {
  const value = (name: string) => (env[name] === undefined || env[name].trim() === '' ? undefined : env[name].trim());
  const databaseUrl = value('DATABASE_URL');
  if (databaseUrl !== undefined) checkDatabaseUrl(databaseUrl);
  const port = readPort(value('CELLPLANE_PORT'));
  const config: Config = {
    host: value('CELLPLANE_HOST') ?? '127.0.0.1',
    port,
    dataDir: resolve(value('CELLPLANE_DATA_DIR') ?? (user.isRoot ? '/var/lib/cellplane' : join(user.home, '.cellplane'))),
    chartMirrors: readMirrors(value('CELLPLANE_CHART_MIRRORS')),
    chartSourcesAllowed: readAllowedSources(value('CELLPLANE_CHART_SOURCES_ALLOW')),
    helm: value('CELLPLANE_HELM') ?? 'helm',
    tofu: value('CELLPLANE_TOFU') ?? 'tofu',
    provider: {},
    endpointDomain: readDomain(value('CELLPLANE_ENDPOINT_DOMAIN')),
    logLevel: oneOf('CELLPLANE_LOG_LEVEL', value('CELLPLANE_LOG_LEVEL') ?? 'info', LOG_LEVELS),
    work: oneOf('CELLPLANE_WORK', value('CELLPLANE_WORK') ?? 'on', ['on', 'off']) === 'on',
    simulatedOperators: oneOf('CELLPLANE_SIMULATED_OPERATORS', value('CELLPLANE_SIMULATED_OPERATORS') ?? 'succeed', [
      'succeed',
      'fail',
      'hang',
    ]),
    simulation: oneOf('CELLPLANE_SIMULATION', value('CELLPLANE_SIMULATION') ?? 'off', ['on', 'off']) === 'on',
    trustedProxies: readProxies(value('CELLPLANE_TRUSTED_PROXIES')),
    backupsPerCell: readWhole('CELLPLANE_BACKUPS_PER_CELL', value('CELLPLANE_BACKUPS_PER_CELL'), BACKUPS_PER_CELL),
    reconcileMs: readWhole('CELLPLANE_RECONCILE_INTERVAL', value('CELLPLANE_RECONCILE_INTERVAL'), RECONCILE_SECONDS) * 1_000,
    driftMs: readWhole('CELLPLANE_DRIFT_INTERVAL', value('CELLPLANE_DRIFT_INTERVAL'), DRIFT_SECONDS) * 1_000,
    usageMs: readWhole('CELLPLANE_USAGE_INTERVAL', value('CELLPLANE_USAGE_INTERVAL'), USAGE_SECONDS) * 1_000,
    driftRequests: readWhole('CELLPLANE_DRIFT_REQUESTS', value('CELLPLANE_DRIFT_REQUESTS'), DRIFT_REQUESTS),
    webhookPrivateTargets: readFlag('CELLPLANE_WEBHOOK_PRIVATE_TARGETS', value('CELLPLANE_WEBHOOK_PRIVATE_TARGETS')),
    ssoPrivateAddresses: readFlag('CELLPLANE_SSO_PRIVATE_ADDRESSES', value('CELLPLANE_SSO_PRIVATE_ADDRESSES')),
    auditDays: readWhole('CELLPLANE_AUDIT_DAYS', value('CELLPLANE_AUDIT_DAYS'), KEPT_DAYS),
    historyDays: readHistory(value('CELLPLANE_HISTORY_DAYS')),
    deletedDays: readWhole('CELLPLANE_DELETED_DAYS', value('CELLPLANE_DELETED_DAYS'), KEPT_DAYS),
    loopLimitSeconds: readLoopLimit(value('CELLPLANE_LOOP_LIMIT')),
    mailFrom: readSender(value('CELLPLANE_MAIL_FROM')),
    signUp: oneOf('CELLPLANE_SIGN_UP', value('CELLPLANE_SIGN_UP') ?? 'open', SIGN_UP_MODES),
    relyingParty: readSite({ origins: value('CELLPLANE_PASSKEY_ORIGINS'), id: value('CELLPLANE_PASSKEY_DOMAIN') }, port),
  };
  if (databaseUrl !== undefined) config.databaseUrl = databaseUrl;
  const kubeconfig = value('CELLPLANE_KUBECONFIG');
  if (kubeconfig !== undefined) config.kubeconfig = resolve(kubeconfig);
  const places = value('CELLPLANE_CELL_PLACES');
  if (places !== undefined) config.cellPlaces = readPlaces(places);
  const facts = value('CELLPLANE_CELL_FACTS');
  if (facts !== undefined) config.cellFacts = resolve(facts);
  const masterKeyFile = value('CELLPLANE_MASTER_KEY_FILE');
  if (masterKeyFile !== undefined) config.masterKeyFile = resolve(masterKeyFile);
  const masterKey = value('CELLPLANE_MASTER_KEY');
  if (masterKey !== undefined) config.masterKey = masterKey;
  const email = value('CELLPLANE_PROVIDER_EMAIL');
  if (email !== undefined) config.provider.email = readEmail(email);
  const password = value('CELLPLANE_PROVIDER_PASSWORD');
  if (password !== undefined) config.provider.password = password;
  const smtpUrl = value('CELLPLANE_SMTP_URL');
  if (smtpUrl !== undefined) config.smtpUrl = readSmtpUrl(smtpUrl);
  const portalUrl = value('CELLPLANE_PORTAL_URL');
  if (portalUrl !== undefined) config.portalUrl = readPortalUrl(portalUrl);
  const metricsToken = value('CELLPLANE_METRICS_TOKEN');
  if (metricsToken !== undefined) config.metricsToken = readToken(metricsToken);
  return config;
}

/** The message does not quote it. */
function readToken(text: string): string {
  if (!/^[\x21-\x7e]{16,256}$/.test(text))
    throw new ConfigError('CELLPLANE_METRICS_TOKEN must be 16 to 256 visible ASCII characters, such as those of `openssl rand -hex 24`.');
  return text;
}

const currentUser = () => ({ isRoot: process.getuid?.() === 0, home: homedir() });

function readPort(text: string | undefined): number {
  if (text === undefined) return 8080;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > HIGHEST_PORT)
    throw new ConfigError(`CELLPLANE_PORT is "${text}"; use a port number from 0 (any free one) to ${HIGHEST_PORT}.`);
  return port;
}

function readSite(...set: Parameters<typeof readRelyingParty>): RelyingParty {
  const read = readRelyingParty(...set);
  if (typeof read === 'string') throw new ConfigError(read);
  return read;
}

function readPlaces(text: string): NonNullable<Config['cellPlaces']> {
  const names = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
  return text.split(',').map((part) => {
    const [cloudProvider = '', region = '', zoneList, ...rest] = part.trim().split('/');
    const zones = zoneList === undefined ? [] : zoneList.split('+');
    if (rest.length > 0 || ![cloudProvider, region, ...zones].every((name) => names.test(name)))
      throw new ConfigError(
        `CELLPLANE_CELL_PLACES has "${part.trim()}"; write cloud/region, such as aws/us-east-1, several separated by commas, zones after another slash: aws/us-east-1/us-east-1a+us-east-1b.`,
      );
    return { cloudProvider: cloudProvider.toLowerCase(), region, zones };
  });
}

function readProxies(text = ''): Networks {
  const read = readNetworks(text);
  if ('networks' in read) return read.networks;
  throw new ConfigError(
    `CELLPLANE_TRUSTED_PROXIES has "${read.wrong}"; write addresses or networks of your proxies, separated by commas: 127.0.0.1, 10.0.0.0/8.`,
  );
}

function readLoopLimit(text: string | undefined): number {
  if (text === undefined) return 30;
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || (seconds !== 0 && seconds < 5) || seconds > 3_600)
    throw new ConfigError(`CELLPLANE_LOOP_LIMIT is "${text}"; use a number of seconds from 5 to 3600, or 0 for no limit.`);
  return seconds;
}

/** `on` and `true` are the same. */
function readFlag(name: string, text = 'off'): boolean {
  return ['on', 'true'].includes(oneOf(name, text, ['on', 'off', 'true', 'false']));
}

function readEmail(text: string): string {
  if (!/^[^\s@]+@[^\s@]+$/.test(text)) throw new ConfigError(`CELLPLANE_PROVIDER_EMAIL is "${text}", which is not an e-mail address.`);
  return text;
}

/** The URL may carry a password, so no message quotes it. */
function readSmtpUrl(text: string): string {
  if (/^smtps?:\/\/\S+$/.test(text) && URL.canParse(text) && new URL(text).hostname !== '') return text;
  throw new ConfigError(
    'CELLPLANE_SMTP_URL must look like smtp://user:password@mail.example.com:587, or smtps:// for TLS from the first byte; characters such as @ / : # in the user or password must be percent-encoded.',
  );
}

function readSender(text = 'Cellplane <cellplane@localhost>'): string {
  if (/^(?:[^<>\p{Cc}]+ <[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/u.test(text)) return text;
  throw new ConfigError(`CELLPLANE_MAIL_FROM is "${text}"; write an address, such as Acme <no-reply@acme.example>.`);
}

function readPortalUrl(text: string): string {
  if (/^https?:\/\/[^\s?#]+$/.test(text) && URL.canParse(text)) return text.replace(/(?<!\/)\/+$/, '');
  throw new ConfigError(
    `CELLPLANE_PORTAL_URL is "${text}"; write the address of the customers' portal, such as https://portal.acme.example.`,
  );
}

/** A name that no DNS server knows: endpoints are then reached by the addresses of the cluster. */
export const DEFAULT_ENDPOINT_DOMAIN = 'cellplane.local';

function readDomain(text: string | undefined): string {
  const domain = text?.toLowerCase() ?? DEFAULT_ENDPOINT_DOMAIN;
  if (!/^[a-z0-9]([a-z0-9.-]{0,100}[a-z0-9])?$/.test(domain))
    throw new ConfigError(`CELLPLANE_ENDPOINT_DOMAIN is "${text}"; use a DNS name such as db.example.com.`);
  return domain;
}

/** The URL may carry a password, so no message quotes it. */
function checkDatabaseUrl(text: string): void {
  if (!/^postgres(ql)?:\/\//.test(text)) {
    throw new ConfigError(
      'DATABASE_URL must look like postgresql://user:password@host:5432/database; to use the embedded PostgreSQL, unset it.',
    );
  }
  if (!URL.canParse(text)) {
    throw new ConfigError('DATABASE_URL is not a valid URL; characters such as @ / : # in the user or password must be percent-encoded.');
  }
}

function readMirrors(text: string | undefined): ChartMirror[] {
  if (text === undefined) return [];
  return text
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .map((pair) => {
      const [from, to, ...rest] = pair.split('=').map((side) => side.trim().replace(/(?<!\/)\/+$/, ''));
      const usable = (url: string | undefined): url is string => url !== undefined && /^(https?|oci):\/\/[^\s]+$/.test(url);
      if (!usable(from) || !usable(to) || rest.length > 0) {
        throw new ConfigError(
          `CELLPLANE_CHART_MIRRORS has "${pair.trim().replaceAll(/\/\/[^/@=]*@/g, '//***@')}"; write https://charts.example=http://127.0.0.1:8879, several separated by commas.`,
        );
      }
      return { from, to };
    });
}

function readAllowedSources(text: string | undefined): AllowedSource[] {
  const entries = (text ?? '').split(',').filter((entry) => entry.trim() !== '');
  return entries.map((entry) => {
    const read = readAllowedSource(entry);
    if (read !== undefined) return read;
    throw new ConfigError(
      `CELLPLANE_CHART_SOURCES_ALLOW has "${entry.trim()}"; write a host (charts.corp.example, *.corp.example), an address or a network (10.0.0.0/8), with http:// in front where it may be unencrypted; several separated by commas.`,
    );
  });
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === text.toLowerCase());
  if (found === undefined) throw new ConfigError(`${name} is "${text}"; use one of ${allowed.join(', ')}.`);
  return found;
}
