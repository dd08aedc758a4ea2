/** Texts of mails to members about their instances, as Cellplane has them. */
import type { NewsPayloads } from '../news-letter.js';
import type { KindOfMail } from './kind.js';

const INSTANCE = {
  instance_id: 'instance-4xk2p9',
  instance_name: 'orders-db',
  service_name: 'Postgres',
  product_tier_name: 'Gold',
};
const QUOTA = { subscription_id: 'sub-7Qm2', service_name: 'Postgres', product_tier_name: 'Gold', limit: 10 };
const BUDGET = {
  budget_name: 'Databases',
  subscription_id: 'sub-7Qm2',
  service_name: 'Postgres',
  product_tier_name: 'Gold',
  month: '2030-01-01',
  amount: 500,
};
const REASON = 'no node has 8 GiB of memory free';
const SUBJECT = '{{instance_name}} {{outcome}}';
const SENTENCE = '{{instance}} of {{service}}, plan {{plan}}, {{outcome}}.';
const WHY = 'The reason:\n{{reason}}';
const LOOK = 'Look at it:\n{{link}}';

function ofInstance(more = ''): { subject: string; body: string } {
  return { subject: SUBJECT, body: [more === '' ? SENTENCE : `${SENTENCE}\n${more}`, WHY, LOOK].join('\n\n') };
}

function withoutReason(): { subject: string; body: string } {
  return { subject: SUBJECT, body: [SENTENCE, LOOK].join('\n\n') };
}

function ofQuota(what: string, next: string): { subject: string; body: string } {
  return {
    subject: `Your subscription of {{service}}, {{plan}}, ${what}`,
    body: `Your subscription {{subscription}} of {{service}}, plan {{plan}}, ${what}: it has {{instances}} of {{limit}} instances.\n${next}\n\n${LOOK}`,
  };
}

function ofBudget(what: string): string {
  return `Budget {{budget}} of your subscription {{subscription}} of {{service}}, plan {{plan}}:\n${what}\nNothing is stopped: the budget only tells you.\n\n${LOOK}`;
}

export const NEWS_TEXTS: { readonly [T in keyof NewsPayloads]: KindOfMail<NewsPayloads[T]> } = {
  InstanceOperationFailed: {
    audience: 'customer',
    when: 'An operation of an instance has failed',
    example: { ...INSTANCE, operation: 'create', reason: REASON },
    ...ofInstance(),
  },
  InstanceOperationSucceeded: {
    audience: 'customer',
    when: 'An operation of an instance is done',
    example: { ...INSTANCE, operation: 'create' },
    ...withoutReason(),
  },
  InstanceUnhealthy: {
    audience: 'customer',
    when: 'An instance is not as it should be',
    example: { ...INSTANCE, reason: REASON },
    ...ofInstance(),
  },
  InstanceHealthyAgain: { audience: 'customer', when: 'An instance is well again', example: INSTANCE, ...withoutReason() },
  BackupFailed: {
    audience: 'customer',
    when: 'A backup has failed',
    example: { ...INSTANCE, snapshot_id: 'snapshot-9Yd1', reason: 'the object store refuses the key' },
    ...ofInstance('This was backup {{snapshot}}. Those that were made before are not touched.'),
  },
  NoGoodBackup: {
    audience: 'customer',
    when: 'An instance has no good backup',
    example: { ...INSTANCE, reason: 'the last backup is two days old' },
    ...ofInstance('The last one is too old, or was not made. You are told when there is a good one again.'),
  },
  GoodBackupAgain: { audience: 'customer', when: 'An instance has a good backup again', example: INSTANCE, ...withoutReason() },
  QuotaNear: {
    audience: 'customer',
    when: 'A subscription is near its limit of instances',
    example: { ...QUOTA, instances: 9 },
    ...ofQuota('is near its limit', 'At the limit no instance can be created until another one is deleted, or the provider raises it.'),
  },
  QuotaReached: {
    audience: 'customer',
    when: 'A subscription is at its limit of instances',
    example: { ...QUOTA, instances: 10 },
    ...ofQuota('is at its limit', 'No instance can be created until another one is deleted, or the provider raises the limit.'),
  },
  BudgetReached: {
    audience: 'customer',
    when: 'A part of a budget is spent',
    example: { ...BUDGET, spent: 402.5, percent: 80 },
    subject: 'Budget {{budget}} is spent to {{percent}} % in {{month}}',
    body: ofBudget('{{spent}} of {{amount}} are spent in {{month}}: {{percent}} % is reached.'),
  },
  BudgetExpected: {
    audience: 'customer',
    when: 'A month is expected to cost more than its budget',
    example: { ...BUDGET, spent: 180, expected: 620 },
    subject: 'Budget {{budget}} will not be enough for {{month}}',
    body: ofBudget('{{spent}} of {{amount}} are spent in {{month}}. At the rate of the last days the month will cost {{expected}}.'),
  },
};
