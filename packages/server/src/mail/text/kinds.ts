/** Each kind of mail with its text as Cellplane has it. This is the one place of these texts; a provider may have others. */
import type { LetterPayloads } from '../payloads.js';
import type { KindOfMail, TextKind } from './kind.js';
import { NEWS_TEXTS } from './news-texts.js';
import type { MailText } from './template.js';

const PLAN = { service_name: 'Postgres', product_tier_name: 'Gold', org_name: 'Customer Inc' };
const MAINTENANCE = {
  instance_id: 'instance-4xk2p9',
  service_name: 'Postgres',
  source_product_tier_name: 'Gold',
  scheduled_date: '2027-01-15T22:00:00.000Z',
  scheduling_event_type: 'Upgrade to version 2.0',
};

/** Paragraphs of a body. */
const body = (...paragraphs: string[]) => paragraphs.join('\n\n');

function ofPlan(what: string, next: string): MailText {
  return {
    subject: `${what}: {{service}}, {{plan}}`,
    body: body(
      `${what}: {{service}}, plan {{plan}}, for {{organization}}.`,
      'The provider writes:\n{{message}}',
      ...(next === '' ? [] : [next]),
    ),
  };
}

export const KINDS: { readonly [T in TextKind]: KindOfMail<LetterPayloads[T]> } = {
  CustomerSignUp: {
    audience: 'customer',
    when: 'Somebody asks for an account',
    example: { token: 'EXAMPLE', user_name: 'Ada' },
    required: 'link',
    subject: 'Confirm your address for {{provider}}',
    body: body(
      'Hello {{user_name}},',
      'somebody asked for an account at {{provider}} with this address. If it was you, confirm the address within 24 hours:',
      '{{link}}',
      'If it was not you, do nothing: there will be no account.',
    ),
  },
  ResetPassword: {
    audience: 'customer',
    when: 'Somebody asks for a new password; the own people get it, too',
    example: { token: 'EXAMPLE' },
    required: 'link',
    subject: 'Set a new password for {{provider}}',
    body: body(
      'Somebody asked for a new password for this address. If it was you, set one within an hour:',
      '{{link}}',
      'If it was not you, do nothing: your password stays as it is.',
    ),
  },
  AccountExists: {
    audience: 'customer',
    when: 'Somebody asks for an account with an address that has one',
    example: { user_name: 'Ada' },
    subject: 'You have an account at {{provider}}',
    body: body(
      'Hello {{user_name}},',
      'somebody asked for an account with this address, which has one already. If it was you, sign in, or ask for a new password:',
      '{{link}}',
      'If it was not you, do nothing: nothing has changed.',
    ),
  },
  InvitationNeeded: {
    audience: 'customer',
    when: 'Somebody without an invitation asks for an account, and accounts need one',
    example: {},
    subject: 'An account at {{provider}} needs an invitation',
    body: 'Somebody asked for an account with this address. Accounts are made by invitation only: ask who is to invite you.',
  },
  InviteUser: {
    audience: 'customer',
    when: 'A member invites somebody into a subscription',
    example: { inviting_user_name: 'Grace', service_name: 'Postgres', is_user_enabled: false },
    required: 'link',
    subject: '{{inviter}} invites you to {{service}}',
    body: body('{{inviter}} has invited you to use {{service}}. {{next_step}}:', '{{link}}'),
  },
  RevokeUserRole: {
    audience: 'customer',
    when: 'A member is removed from a subscription',
    example: { inviting_user_name: 'Grace', service_name: 'Postgres' },
    subject: 'Your access to {{service}} has ended',
    body: 'You have no access to {{service}} any more.',
  },
  ApproveSubscriptionRequest: {
    audience: 'customer',
    when: 'You approve a request for a subscription',
    example: { ...PLAN, provider_message: 'Welcome.' },
    ...ofPlan('Your request is approved', 'You can use it now.'),
  },
  DenySubscriptionRequest: {
    audience: 'customer',
    when: 'You deny a request for a subscription',
    example: { ...PLAN, provider_message: 'This plan is for companies.' },
    ...ofPlan('Your request is denied', 'Ask the provider why.'),
  },
  SuspendSubscription: {
    audience: 'customer',
    when: 'You suspend a subscription',
    example: PLAN,
    ...ofPlan('Your subscription is suspended', 'What runs goes on; nothing new can be made.'),
  },
  ResumeSubscription: {
    audience: 'customer',
    when: 'A suspended subscription goes on',
    example: PLAN,
    ...ofPlan('Your subscription goes on', 'You can make instances again.'),
  },
  TerminateSubscription: {
    audience: 'customer',
    when: 'A subscription has ended',
    example: PLAN,
    ...ofPlan('Your subscription has ended', ''),
  },
  AccountSuspended: {
    audience: 'customer',
    when: 'You keep a customer’s account out',
    example: { user_name: 'Ada' },
    subject: 'Your account at {{provider}} is suspended',
    body: body(
      'Hello {{user_name}},',
      'your account at {{provider}} is suspended: you cannot sign in. What runs goes on. Ask {{provider}} why.',
    ),
  },
  AccountUnsuspended: {
    audience: 'customer',
    when: 'You let a customer’s account in again',
    example: { user_name: 'Ada' },
    subject: 'Your account at {{provider}} is open again',
    body: body('Hello {{user_name}},', 'you can sign in at {{provider}} again:', '{{link}}'),
  },
  InstanceMaintenanceScheduled: {
    audience: 'customer',
    when: 'Maintenance of an instance is announced',
    example: MAINTENANCE,
    subject: 'Maintenance of {{instance}}',
    body: body('Maintenance of instance {{instance}} ({{service}}) begins at {{date}}.', '{{link}}'),
  },
  InstanceMaintenanceCompleted: {
    audience: 'customer',
    when: 'Maintenance of an instance is over',
    example: { ...MAINTENANCE, completion_status: 'COMPLETE' },
    subject: 'Maintenance of {{instance}} is over',
    body: body('Maintenance of instance {{instance}} ({{service}}) is over: {{outcome}}.', '{{link}}'),
  },
  InstanceMaintenanceCancelled: {
    audience: 'customer',
    when: 'Announced maintenance does not happen',
    example: MAINTENANCE,
    subject: 'Maintenance of {{instance}} is cancelled',
    body: body(
      'Maintenance of instance {{instance}} ({{service}}), announced for {{date}}, is cancelled. The instance stays as it is.',
      '{{link}}',
    ),
  },
  ...NEWS_TEXTS,
  InvitePerson: {
    audience: 'provider',
    when: 'One of your people invites another one',
    example: { token: 'EXAMPLE', inviting_user_name: 'Grace', role: 'editor' },
    required: 'link',
    subject: '{{inviter}} invites you to {{provider}}',
    body: body(
      '{{inviter}} has invited you into the organization {{provider}}, with the role {{role}}. Accept within 7 days:',
      '{{link}}',
      'or\n{{command}}',
      'If you do not know why, do nothing.',
    ),
  },
  SubscriptionRequested: {
    audience: 'provider',
    when: 'A customer asks for a subscription',
    example: {
      ...PLAN,
      user_name: 'Ada',
      environment_name: 'Production',
      request_id: 'subr-2Fk8',
      customer_message: 'We would like to try it.',
    },
    subject: '{{organization}} asks for {{service}}, {{plan}}',
    body: body(
      '{{user_name}} of {{organization}} asks for a subscription of {{service}}, plan {{plan}}.',
      'They write:\n{{message}}',
      'Answer with one of these:',
      '{{approve}}\n{{deny}}',
    ),
  },
};

export const TEXT_KINDS = Object.keys(KINDS) as TextKind[];

/** True of kinds whose texts a provider may have otherwise. */
export function isTextKind(name: string): name is TextKind {
  return Object.hasOwn(KINDS, name);
}

/** What each placeholder stands for. */
export const MEANINGS: Readonly<Record<string, string>> = {
  provider: 'What your portal is called',
  recipient: 'The address that the mail goes to',
  user_name: 'The name of the person that the mail is about',
  link: 'Where the reader goes on: an address of the portal, or a command where there is no portal',
  command: 'The same for a terminal; empty where there is no portal, as the link is the command then',
  inviter: 'Who invites, or takes the access away',
  next_step: '“Sign in”, or “Make an account with this address”',
  role: 'The role that the invitation gives',
  service: 'The product',
  plan: 'The plan',
  organization: 'The customer’s organization',
  message: 'What the other side has written, each line marked; may be empty',
  approve: 'The command that approves',
  deny: 'The command that denies',
  instance: 'The instance, by its name and id',
  instance_name: 'The name of the instance, or its id where it has none',
  date: 'When it begins',
  outcome: 'What came of it, such as “is ready” or “could not be created”',
  reason: 'Why, each line marked; may be empty',
  snapshot: 'The id of the backup',
  subscription: 'The id of the subscription',
  instances: 'How many instances there are',
  budget: 'The name of the budget',
  month: 'The month, such as “2030-01”',
  amount: 'What the month may cost',
  spent: 'What it has cost until now',
  percent: 'How much of the amount is spent, in per cent',
  expected: 'What the month is expected to cost',
  limit: 'How many there may be',
};

/** Placeholders of the body alone. A subject shows where the mail is locked away: no link, and nobody’s long words. */
export const OF_BODY: ReadonlySet<string> = new Set(['link', 'command', 'message', 'approve', 'deny', 'reason']);
