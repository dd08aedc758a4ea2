/** What mails say to members of a subscription about what happens to its instances. Pure. */
import { type Draft, instancePlace, type LetterContext, quotedLines } from './letter-parts.js';

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

/** Subject and lines. */
export function draftNews(letter: NewsLetter, context: LetterContext): Draft {
  switch (letter.type) {
    case 'InstanceOperationFailed':
      return ofInstance(letter.payload, context, { what: outcomeOf(letter.payload, false), reason: letter.payload.reason });
    case 'InstanceOperationSucceeded': {
      const { operation, to_version: version } = letter.payload;
      const what = outcomeOf(letter.payload, true);
      return operation === 'delete'
        ? { subject: `${nameOf(letter.payload)} ${what}`, lines: [sentence(letter.payload, what)] }
        : ofInstance(letter.payload, context, { what: version === undefined ? what : `${what} to version ${version}` });
    }
    case 'InstanceUnhealthy':
      return ofInstance(letter.payload, context, { what: 'is not as it should be', reason: letter.payload.reason });
    case 'InstanceHealthyAgain':
      return ofInstance(letter.payload, context, { what: 'is again as it should be' });
    case 'BackupFailed':
      return ofInstance(letter.payload, context, {
        what: 'could not be backed up',
        more: `This was backup ${letter.payload.snapshot_id}. Those that were made before are not touched.`,
        reason: letter.payload.reason,
      });
    case 'NoGoodBackup':
      return ofInstance(letter.payload, context, {
        what: 'has no good backup',
        more: 'The last one is too old, or was not made. You are told when there is a good one again.',
        reason: letter.payload.reason,
      });
    case 'GoodBackupAgain':
      return ofInstance(letter.payload, context, { what: 'has a good backup again' });
    case 'QuotaNear':
      return ofQuota(letter.payload, context, 'is near its limit');
    case 'QuotaReached':
      return ofQuota(letter.payload, context, 'is at its limit');
  }
}

function outcomeOf({ operation, workflow_name: workflow }: OfOperation, hasSucceeded: boolean): string {
  const [done, failed] = DONE[operation] ?? [`has done "${workflow ?? operation}"`, `could not do "${workflow ?? operation}"`];
  return hasSucceeded ? done : failed;
}

function ofInstance(
  payload: OfInstance,
  context: LetterContext,
  { what, more, reason }: { what: string; more?: string; reason?: string | undefined },
): Draft {
  return {
    subject: `${nameOf(payload)} ${what}`,
    lines: [
      sentence(payload, what),
      ...(more === undefined ? [] : [more]),
      ...quotedLines('The reason', reason),
      ...(reason === undefined ? [''] : []),
      'Look at it:',
      instancePlace(context, payload.instance_id),
    ],
  };
}

function sentence(payload: OfInstance, what: string): string {
  const { instance_id: id, instance_name: name, service_name: service, product_tier_name: plan } = payload;
  return `${name === '' ? `Instance ${id}` : `${name} (${id})`} of ${service}, plan ${plan}, ${what}.`;
}

function nameOf({ instance_name: name, instance_id: id }: OfInstance): string {
  return name === '' ? id : name;
}

function ofQuota(payload: OfQuota, { portalUrl }: LetterContext, what: string): Draft {
  const { service_name: service, product_tier_name: plan, limit, instances } = payload;
  return {
    subject: `Your subscription of ${service}, ${plan}, ${what}`,
    lines: [
      `Your subscription ${payload.subscription_id} of ${service}, plan ${plan}, ${what}: it has ${instances} of ${limit} instances.`,
      instances < limit
        ? 'At the limit no instance can be created until another one is deleted, or the provider raises it.'
        : 'No instance can be created until another one is deleted, or the provider raises the limit.',
      '',
      'Look at it:',
      portalUrl === undefined ? 'cellplane subscription list' : `${portalUrl}/usage`,
    ],
  };
}
