/** What mails say. Pure. Types and payloads of the first sixteen are those that the reference's portal reads (docs/people.md#mail). */
import { choiceLines, type LetterContext, oneLine } from './letter-parts.js';
import { NEWS_LETTERS, type NewsPayloads } from './news-letter.js';
import { isTextKind, KINDS, OF_BODY, type TextKind, type WrittenLetter } from './text/kinds.js';
import { fill, type MailText, type TextRules, textFaults } from './text/template.js';
import { valuesOf } from './text/values.js';

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
  /** Ours: one of the provider's people looks how a text arrives. */
  TestMail: { subject: string; text: string };
}

export type LetterType = keyof LetterPayloads;
/** Kinds that say only which plan it is about, and whose. */
export type LetterOfPlan = {
  [T in LetterType]: LetterPayloads[T] extends Plan ? (Plan extends LetterPayloads[T] ? T : never) : never;
}[LetterType];
export type LetterOf<K extends LetterType> = { [T in K]: { type: T; payload: LetterPayloads[T] } }[K];
export type Letter = LetterOf<LetterType>;

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
  const { subject, body } = draftLetter(letter, context);
  const help =
    context.support === undefined || context.support === null || context.support === '' ? [] : [`Help: ${helpAt(context.support)}`];
  return { subject: oneLine(subject), text: [body, '', `— ${oneLine(context.providerName)}`, ...help, ''].join('\n') };
}

/** What a mail says above the name of its provider. A text of the provider that this version does not understand is not used. */
export function draftLetter(letter: Letter, context: LetterContext): MailText {
  if (isWritten(letter)) return { subject: letter.payload.subject, body: letter.payload.text };
  const { type } = letter;
  const own = context.own === undefined || textFaults(context.own, rulesOf(type)).length > 0 ? undefined : context.own;
  const { subject, body } = fill(own ?? KINDS[type], valuesOf(letter, context));
  return { subject, body: OF_CHOICE.has(type) ? `${body}\n\n${choiceLines(context)}` : body };
}

/** The letter that previews of a kind tell of. */
export function exampleOf(type: TextKind): LetterOf<TextKind> {
  return { type, payload: KINDS[type].example } as LetterOf<TextKind>;
}

/** What a text of this kind takes. */
export function rulesOf(type: TextKind): TextRules {
  const values = valuesOf(exampleOf(type), { recipient: '', providerName: '', portalUrl: undefined });
  return { placeholders: Object.keys(values), ofBody: OF_BODY, required: KINDS[type].required };
}

function isWritten(letter: Letter): letter is LetterOf<WrittenLetter> {
  return !isTextKind(letter.type);
}

/** An address of a mailbox without what makes it a link. */
function helpAt(link: string): string {
  return oneLine(link.replace(/^mailto:/i, ''));
}

/** The letter with names that strangers wrote on one line. Texts of notices keep their lines. */
export function tidyLetter(letter: Letter): Letter {
  if (isWritten(letter)) return letter;
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
