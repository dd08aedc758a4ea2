/** What mails say. Pure. */
import { choiceLines, type LetterContext, oneLine } from './letter-parts.js';
import { NEWS_LETTERS } from './news-letter.js';
import type { Letter, LetterOf, LetterType } from './payloads.js';
import type { TextKind, WrittenLetter } from './text/kind.js';
import { isTextKind, KINDS, OF_BODY } from './text/kinds.js';
import { fill, type MailText, type TextRules, textFaults } from './text/template.js';
import { valuesOf } from './text/values.js';

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
