/** What is asked for by the form of a new upgrade path, as the API takes it. Pure. */
import { parametersOf } from '../adopt/parameter-lines';
import type { PathRequest } from './upgrade-queries';

export interface PathForm {
  from: string;
  to: string;
  instances: string[];
  subscriptions: string[];
  organizations: string[];
  regions: string[];
  cells: string[];
  /** "1", "10%", or empty. */
  canary: string;
  waves: string[];
  soakMinutes: number | '';
  health: boolean;
  conditions: { kind: string; condition: string }[];
  /** "3", "10%", or empty. */
  haltAt: string;
  order: string;
  atATime: number;
  automaticRollback: boolean;
  ignoreWindows: boolean;
  notify: boolean;
  after: string;
  /** As a field for date and time has it; empty: at once. */
  scheduled: string;
  /** Lines of `name=value`. */
  values: string;
}

export const EMPTY_FORM: PathForm = {
  from: '',
  to: '',
  instances: [],
  subscriptions: [],
  organizations: [],
  regions: [],
  cells: [],
  canary: '1',
  waves: [],
  soakMinutes: 5,
  health: true,
  conditions: [],
  haltAt: '10%',
  order: 'oldest',
  atATime: 5,
  automaticRollback: false,
  ignoreWindows: false,
  notify: false,
  after: '',
  scheduled: '',
  values: '',
};

/** "5" is a number of instances, "10%" a share of them. */
export function shareOf(text: string): number | string | undefined {
  const given = text.trim();
  if (/^\d+$/.test(given)) return Number(given);
  return /^\d{1,3}(\.\d+)?\s*%$/.test(given) ? given.replace(/\s/g, '') : undefined;
}

const isShare = (text: string) => text.trim() === '' || shareOf(text) !== undefined;

/** Fields that cannot be sent as they are. */
export function faultsOf(form: PathForm): Partial<Record<keyof PathForm, true>> {
  return {
    ...(form.from === '' ? { from: true } : {}),
    ...(form.to === '' || form.to === form.from ? { to: true } : {}),
    ...(isShare(form.canary) ? {} : { canary: true }),
    ...(form.waves.every(isShare) ? {} : { waves: true }),
    ...(isShare(form.haltAt) ? {} : { haltAt: true }),
    ...(form.conditions.every(({ kind, condition }) => kind.trim() !== '' && condition.trim() !== '') ? {} : { conditions: true }),
    ...(form.scheduled === '' || !Number.isNaN(Date.parse(form.scheduled)) ? {} : { scheduled: true }),
    ...(form.values.split('\n').every((line) => line.trim() === '' || /^[^=]+=/.test(line.trim())) ? {} : { values: true }),
  };
}

export function requestOf(form: PathForm): PathRequest {
  const canary = shareOf(form.canary);
  const haltAt = shareOf(form.haltAt);
  const lists = {
    INSTANCE_IDS: form.instances,
    SUBSCRIPTION_IDS: form.subscriptions,
    ORGANIZATION_IDS: form.organizations,
    REGIONS: form.regions,
    CELL_IDS: form.cells,
  };
  const isWaved = canary !== undefined || form.waves.length > 0;
  return {
    sourceVersion: form.from,
    targetVersion: form.to,
    upgradeFilters: Object.fromEntries(Object.entries(lists).filter(([, ids]) => ids.length > 0)),
    maxConcurrentUpgrades: form.atATime,
    notifyCustomer: form.notify,
    ...(form.values.trim() === '' ? {} : { configurationOverrides: parametersOf(form.values) }),
    ...(form.scheduled === '' ? {} : { scheduledDate: new Date(form.scheduled).toISOString() }),
    strategy: {
      ...(canary === undefined ? {} : { canary }),
      waves: form.waves.map(shareOf).filter((share) => share !== undefined),
      ...(form.soakMinutes === '' || !isWaved ? {} : { soakSeconds: Math.round(form.soakMinutes * 60) }),
      gates: {
        health: form.health,
        conditions: form.conditions.map(({ kind, condition }) => ({ kind: kind.trim(), condition: condition.trim() })),
      },
      ...(typeof haltAt === 'number' ? { haltAtFailures: haltAt } : {}),
      ...(typeof haltAt === 'string' ? { haltAtFailurePercent: Math.round(Number.parseFloat(haltAt)) } : {}),
      order: form.order,
      automaticRollback: form.automaticRollback,
      ignoreMaintenanceWindows: form.ignoreWindows,
      ...(form.after === '' ? {} : { after: form.after }),
    },
  };
}
