/** What mails say. Pure. Types and payloads of the first sixteen are those that the reference's portal reads (docs/people.md#mail). */
import { choiceLines, type Draft, instancePlace, type LetterContext, quotedLines } from './letter-parts.js';
import { draftNews, NEWS_LETTERS, type NewsPayloads } from './news-letter.js';

interface Plan {
  service_name: string;
  product_tier_name: string;
  /** Ours: of the customer. */
  org_name: string;
  /** Ours: what the provider has written with it. */
  provider_message?: string;
}

interface Maintenance {
  instance_id: string;
  service_name: string;
  source_product_tier_name: string;
  scheduled_date: string;
  scheduling_event_type: string;
}

/** Payload of each letter. `token` is a secret: it verifies an address or sets a password. */
export interface LetterPayloads extends NewsPayloads {
  CustomerSignUp: { token: string; user_name: string };
  ResetPassword: { token: string };
  InviteUser: { inviting_user_name: string; service_name: string; is_user_enabled: boolean };
  RevokeUserRole: { inviting_user_name: string; service_name: string };
  ApproveSubscriptionRequest: Plan;
  DenySubscriptionRequest: Plan;
  SuspendSubscription: Plan;
  ResumeSubscription: Plan;
  TerminateSubscription: Plan;
  InstanceMaintenanceScheduled: Maintenance;
  InstanceMaintenanceCompleted: Maintenance & { completion_status: string };
  /** Ours: what was announced does not happen. */
  InstanceMaintenanceCancelled: Maintenance;
  /** Ours: somebody asks for an account with an address that has one. */
  AccountExists: { user_name: string };
  /** Ours: sign-up is by invitation, and this address has none. */
  InvitationNeeded: Record<string, never>;
  /** Ours: one of the provider's people invites another one. */
  InvitePerson: { token: string; inviting_user_name: string; role: string };
  /** Ours: a customer waits for an answer; to the provider's people. */
  SubscriptionRequested: Plan & { user_name: string; environment_name: string; request_id: string; customer_message?: string };
  AccountSuspended: { user_name: string };
  AccountUnsuspended: { user_name: string };
  /** Ours: an alert, or anything else whose words its writer knows. */
  Notice: { subject: string; text: string };
}

export type LetterType = keyof LetterPayloads;
/** Kinds that say only which plan it is about, and whose. */
export type LetterOfPlan = {
  [T in LetterType]: LetterPayloads[T] extends Plan ? (Plan extends LetterPayloads[T] ? T : never) : never;
}[LetterType];
export type Letter = { [T in LetterType]: { type: T; payload: LetterPayloads[T] } }[LetterType];

/** Those that a portal knows. What it does not know it would be shown for ever, and never acknowledge. */
export const PORTAL_LETTERS: readonly LetterType[] = [
  'CustomerSignUp',
  'ResetPassword',
  'InviteUser',
  'RevokeUserRole',
  'ApproveSubscriptionRequest',
  'DenySubscriptionRequest',
  'SuspendSubscription',
  'ResumeSubscription',
  'TerminateSubscription',
  'InstanceMaintenanceScheduled',
  'InstanceMaintenanceCompleted',
];

/** Those that their reader can switch off. */
const OF_CHOICE: ReadonlySet<LetterType> = new Set<LetterType>([
  'InstanceMaintenanceScheduled',
  'InstanceMaintenanceCompleted',
  'InstanceMaintenanceCancelled',
  ...NEWS_LETTERS,
]);

/** Subject and plain text. */
export function writeLetter(letter: Letter, context: LetterContext): { subject: string; text: string } {
  const { subject, lines } = draft(letter, context);
  const choice = OF_CHOICE.has(letter.type) ? choiceLines(context) : [];
  return { subject: oneLine(subject), text: [...lines, ...choice, '', `— ${oneLine(context.providerName)}`, ''].join('\n') };
}

function draft(letter: Letter, context: LetterContext): Draft {
  const { recipient, providerName, portalUrl } = context;
  const signIn = portalUrl === undefined ? `cellplane login --email ${recipient}` : `${portalUrl}/signin`;
  switch (letter.type) {
    case 'CustomerSignUp':
      return {
        subject: `Confirm your address for ${providerName}`,
        lines: [
          `Hello ${letter.payload.user_name},`,
          '',
          `somebody asked for an account at ${providerName} with this address. If it was you, confirm the address within 24 hours:`,
          '',
          withToken({ portalUrl, path: 'validate-token', command: 'signup verify', recipient, token: letter.payload.token }),
          '',
          'If it was not you, do nothing: there will be no account.',
        ],
      };
    case 'ResetPassword':
      return {
        subject: `Set a new password for ${providerName}`,
        lines: [
          'Somebody asked for a new password for this address. If it was you, set one within an hour:',
          '',
          withToken({ portalUrl, path: 'change-password', command: 'password change', recipient, token: letter.payload.token }),
          '',
          'If it was not you, do nothing: your password stays as it is.',
        ],
      };
    case 'AccountExists':
      return {
        subject: `You have an account at ${providerName}`,
        lines: [
          `Hello ${letter.payload.user_name},`,
          '',
          'somebody asked for an account with this address, which has one already. If it was you, sign in, or ask for a new password:',
          '',
          signIn,
          '',
          'If it was not you, do nothing: nothing has changed.',
        ],
      };
    case 'InvitationNeeded':
      return {
        subject: `An account at ${providerName} needs an invitation`,
        lines: ['Somebody asked for an account with this address. Accounts are made by invitation only: ask who is to invite you.'],
      };
    case 'InviteUser': {
      const { inviting_user_name: who, service_name: service, is_user_enabled: hasAccount } = letter.payload;
      const signUp =
        portalUrl === undefined ? `cellplane signup --email ${recipient}` : `${portalUrl}/signup?email=${encodeURIComponent(recipient)}`;
      return {
        subject: `${who} invites you to ${service}`,
        lines: [
          `${who} has invited you to use ${service}. ${hasAccount ? 'Sign in:' : 'Make an account with this address:'}`,
          '',
          hasAccount ? signIn : signUp,
        ],
      };
    }
    case 'RevokeUserRole':
      return {
        subject: `Your access to ${letter.payload.service_name} has ended`,
        lines: [`You have no access to ${letter.payload.service_name} any more.`],
      };
    case 'ApproveSubscriptionRequest':
      return ofPlan(letter.payload, 'Your request is approved', 'You can use it now.');
    case 'DenySubscriptionRequest':
      return ofPlan(letter.payload, 'Your request is denied', 'Ask the provider why.');
    case 'SuspendSubscription':
      return ofPlan(letter.payload, 'Your subscription is suspended', 'What runs goes on; nothing new can be made.');
    case 'ResumeSubscription':
      return ofPlan(letter.payload, 'Your subscription goes on', 'You can make instances again.');
    case 'TerminateSubscription':
      return ofPlan(letter.payload, 'Your subscription has ended', '');
    case 'InstanceMaintenanceScheduled':
      return {
        subject: `Maintenance of ${letter.payload.instance_id}`,
        lines: [
          `Maintenance of instance ${letter.payload.instance_id} (${letter.payload.service_name}) begins at ${letter.payload.scheduled_date}.`,
          '',
          instancePlace(context, letter.payload.instance_id),
        ],
      };
    case 'InstanceMaintenanceCompleted':
      return {
        subject: `Maintenance of ${letter.payload.instance_id} is over`,
        lines: [
          `Maintenance of instance ${letter.payload.instance_id} (${letter.payload.service_name}) is over: ${letter.payload.completion_status}.`,
          '',
          instancePlace(context, letter.payload.instance_id),
        ],
      };
    case 'InstanceMaintenanceCancelled':
      return {
        subject: `Maintenance of ${letter.payload.instance_id} is cancelled`,
        lines: [
          `Maintenance of instance ${letter.payload.instance_id} (${letter.payload.service_name}), announced for ${letter.payload.scheduled_date}, is cancelled. The instance stays as it is.`,
          '',
          instancePlace(context, letter.payload.instance_id),
        ],
      };
    case 'InvitePerson':
      return {
        subject: `${letter.payload.inviting_user_name} invites you to ${providerName}`,
        lines: [
          `${letter.payload.inviting_user_name} has invited you into the organization ${providerName}, with the role ${letter.payload.role}. Accept within 7 days:`,
          '',
          // A portal of others may not have the page: the command always works.
          ...(portalUrl === undefined
            ? []
            : [`${portalUrl}/accept-invitation?token=${encodeURIComponent(letter.payload.token)}`, '', 'or']),
          `cellplane user accept --token ${letter.payload.token} --name "Your Name"`,
          '',
          'If you do not know why, do nothing.',
        ],
      };
    case 'SubscriptionRequested': {
      const { user_name: who, org_name: org, service_name: service, product_tier_name: plan } = letter.payload;
      const place = `${letter.payload.request_id} --service ${quoted(service)} --environment ${quoted(letter.payload.environment_name)}`;
      return {
        subject: `${org} asks for ${service}, ${plan}`,
        lines: [
          `${who} of ${org} asks for a subscription of ${service}, plan ${plan}.`,
          ...quotedLines('They write', letter.payload.customer_message),
          'Answer with one of these:',
          '',
          `cellplane subscription approve ${place}`,
          `cellplane subscription deny ${place}`,
        ],
      };
    }
    case 'AccountSuspended':
      return {
        subject: `Your account at ${providerName} is suspended`,
        lines: [
          `Hello ${letter.payload.user_name},`,
          '',
          `your account at ${providerName} is suspended: you cannot sign in. What runs goes on. Ask ${providerName} why.`,
        ],
      };
    case 'AccountUnsuspended':
      return {
        subject: `Your account at ${providerName} is open again`,
        lines: [`Hello ${letter.payload.user_name},`, '', `you can sign in at ${providerName} again:`, '', signIn],
      };
    case 'Notice':
      return { subject: letter.payload.subject, lines: [letter.payload.text] };
    default:
      return draftNews(letter, context);
  }
}

function ofPlan(
  { service_name: service, product_tier_name: plan, org_name: org, provider_message: words }: Plan,
  what: string,
  next: string,
) {
  return {
    subject: `${what}: ${service}, ${plan}`,
    lines: [
      `${what}: ${service}, plan ${plan}, for ${org}.`,
      ...quotedLines('The provider writes', words),
      ...(next === '' ? [] : ['', next]),
    ],
  };
}

/** As a word of a command line. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

interface TokenLink {
  portalUrl: string | undefined;
  path: string;
  command: string;
  recipient: string;
  token: string;
}

function withToken({ portalUrl, path, command, recipient, token }: TokenLink): string {
  if (portalUrl === undefined) return `cellplane ${command} --email ${recipient} --token ${token}`;
  return `${portalUrl}/${path}?email=${encodeURIComponent(recipient)}&token=${encodeURIComponent(token)}`;
}

/** Names are written by strangers: none begins a line of its own, in a header or a text. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

/** The letter with names that strangers wrote on one line. Texts of notices keep their lines. */
export function tidyLetter(letter: Letter): Letter {
  if (letter.type === 'Notice') return letter;
  const payload = Object.fromEntries(
    Object.entries(letter.payload).map(([name, value]) => [name, typeof value === 'string' ? oneLine(value) : value]),
  );
  return { type: letter.type, payload } as Letter;
}

/** Tokens of a letter's payload, masked. */
export function withoutToken(letter: Letter): Letter {
  if (!('token' in letter.payload)) return letter;
  return { ...letter, payload: { ...letter.payload, token: '***' } } as Letter;
}
