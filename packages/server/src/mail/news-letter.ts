/** What mails say to members of a subscription about what happens to its instances. Pure. */
import { instancePlace, type LetterContext, quoted } from './letter-parts.js';

interface OfInstance {
  instance_id: string;
  /** As people have named it; empty: they have not. */
  instance_name: string;
  service_name: string;
  product_tier_name: string;
}

interface OfOperation extends OfInstance {
  /** A kind of operation: create, modify, … */
  operation: string;
  /** Of the plan's own workflows, what it is called. */
  workflow_name?: string;
  /** Of an upgrade. */
  to_version?: string;
}

interface WithReason {
  /** Secrets are masked in it. */
  reason?: string;
}

interface OfQuota {
  subscription_id: string;
  service_name: string;
  product_tier_name: string;
  limit: number;
  instances: number;
}

interface OfBudget {
  budget_name: string;
  subscription_id: string;
  service_name: string;
  product_tier_name: string;
  /** First day, `2026-12-01`. */
  month: string;
  amount: number;
  spent: number;
}

/** Payload of each of these letters. All are ours. */
export interface NewsPayloads {
  InstanceOperationFailed: OfOperation & WithReason;
  InstanceOperationSucceeded: OfOperation;
  InstanceUnhealthy: OfInstance & WithReason;
  InstanceHealthyAgain: OfInstance;
  BackupFailed: OfInstance & WithReason & { snapshot_id: string };
  NoGoodBackup: OfInstance & WithReason;
  GoodBackupAgain: OfInstance;
  QuotaNear: OfQuota;
  QuotaReached: OfQuota;
  BudgetReached: OfBudget & { percent: number };
  BudgetExpected: OfBudget & { expected: number };
}

export const NEWS_LETTERS: readonly (keyof NewsPayloads)[] = [
  'InstanceOperationFailed',
  'InstanceOperationSucceeded',
  'InstanceUnhealthy',
  'InstanceHealthyAgain',
  'BackupFailed',
  'NoGoodBackup',
  'GoodBackupAgain',
  'QuotaNear',
  'QuotaReached',
  'BudgetReached',
  'BudgetExpected',
];

export type NewsLetter = { [T in keyof NewsPayloads]: { type: T; payload: NewsPayloads[T] } }[keyof NewsPayloads];

/** Of an operation: what has become of the instance, and what has not. */
const DONE: Readonly<Record<string, readonly [string, string]>> = {
  create: ['is ready', 'could not be created'],
  restore: ['is restored', 'could not be restored'],
  modify: ['is changed', 'could not be changed'],
  upgrade: ['is upgraded', 'could not be upgraded'],
  delete: ['is deleted', 'could not be deleted'],
  start: ['is started', 'could not be started'],
  stop: ['is stopped', 'could not be stopped'],
  restart: ['is restarted', 'could not be restarted'],
  addCapacity: ['has more capacity', 'could not be given more capacity'],
  removeCapacity: ['has less capacity', 'could not be given less capacity'],
  failover: ['has failed over', 'could not fail over'],
};

/** What the placeholders of these mails stand for. */
export function newsValues(letter: NewsLetter, context: LetterContext): Record<string, string> {
  switch (letter.type) {
    case 'InstanceOperationFailed':
      return { ...ofInstance(letter.payload, context, outcomeOf(letter.payload, false)), reason: quoted(letter.payload.reason) };
    case 'InstanceOperationSucceeded': {
      const { operation, to_version: version } = letter.payload;
      const what = outcomeOf(letter.payload, true);
      const values = ofInstance(letter.payload, context, version === undefined ? what : `${what} to version ${version}`);
      // There is nothing to look at.
      return operation === 'delete' ? { ...values, link: '' } : values;
    }
    case 'InstanceUnhealthy':
      return { ...ofInstance(letter.payload, context, 'is not as it should be'), reason: quoted(letter.payload.reason) };
    case 'InstanceHealthyAgain':
      return ofInstance(letter.payload, context, 'is again as it should be');
    case 'BackupFailed': {
      const { snapshot_id: snapshot, reason } = letter.payload;
      return { ...ofInstance(letter.payload, context, 'could not be backed up'), snapshot, reason: quoted(reason) };
    }
    case 'NoGoodBackup':
      return { ...ofInstance(letter.payload, context, 'has no good backup'), reason: quoted(letter.payload.reason) };
    case 'GoodBackupAgain':
      return ofInstance(letter.payload, context, 'has a good backup again');
    case 'QuotaNear':
    case 'QuotaReached':
      return ofQuota(letter.payload, context);
    case 'BudgetReached':
      return { ...ofBudget(letter.payload, context), percent: String(letter.payload.percent) };
    case 'BudgetExpected':
      return { ...ofBudget(letter.payload, context), expected: money(letter.payload.expected) };
  }
}

function outcomeOf({ operation, workflow_name: workflow }: OfOperation, hasSucceeded: boolean): string {
  const [done, failed] = DONE[operation] ?? [`has done "${workflow ?? operation}"`, `could not do "${workflow ?? operation}"`];
  return hasSucceeded ? done : failed;
}

function ofInstance(payload: OfInstance, context: LetterContext, outcome: string): Record<string, string> {
  const { instance_id: id, instance_name: name, service_name: service, product_tier_name: plan } = payload;
  return {
    instance: name === '' ? `Instance ${id}` : `${name} (${id})`,
    instance_name: name === '' ? id : name,
    service,
    plan,
    outcome,
    link: instancePlace(context, id),
  };
}

function ofQuota(payload: OfQuota, { portalUrl }: LetterContext): Record<string, string> {
  const { service_name: service, product_tier_name: plan, limit, instances, subscription_id: subscription } = payload;
  return {
    subscription,
    service,
    plan,
    instances: String(instances),
    limit: String(limit),
    link: portalUrl === undefined ? 'cellplane subscription list' : `${portalUrl}/usage`,
  };
}

function ofBudget(payload: OfBudget, { portalUrl }: LetterContext): Record<string, string> {
  const { budget_name: budget, service_name: service, product_tier_name: plan, subscription_id: subscription } = payload;
  return {
    budget,
    subscription,
    service,
    plan,
    month: payload.month.slice(0, 7),
    spent: money(payload.spent),
    amount: money(payload.amount),
    link: portalUrl === undefined ? 'cellplane budget list' : `${portalUrl}/usage`,
  };
}

function money(amount: number): string {
  return amount.toFixed(2);
}
