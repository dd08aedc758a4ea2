/** Handlers of the texts of mails. */
import type { Caller, Handlers } from '@cellplane/api';
import { type Database, transaction } from '../../database/database.js';
import { badRequest, invalidState, notFound, tooManyRequests } from '../../errors.js';
import { draftLetter, exampleOf, rulesOf, writeLetter } from '../letter.js';
import type { LetterContext } from '../letter-parts.js';
import { selectMail } from '../mail-store.js';
import type { Outbox } from '../outbox.js';
import type { TextKind } from './kind.js';
import { isTextKind, KINDS, MEANINGS, OF_BODY, TEXT_KINDS } from './kinds.js';
import { type MailText, textFaults, tidyText } from './template.js';
import { deleteMailText, type MailTextRow, saveMailText, selectMailTexts, selectSender } from './text-store.js';
import { valuesOf } from './values.js';

export type MailTextHandlers = Pick<Handlers, 'listMailTexts' | 'updateMailText' | 'resetMailText' | 'previewMailText' | 'testMailText'>;

export interface MailTextDeps {
  db: Database;
  outbox: Outbox;
  /** The server sends mails itself. */
  sends: boolean;
  portalUrl: string | undefined;
}

/** Test mails to one person within an hour, see the outbox. Seconds. */
const TEST_PAUSE_SECONDS = 3_600;

export function mailTextHandlers({ db, outbox, sends, portalUrl }: MailTextDeps): MailTextHandlers {
  /** What an example is sent with. */
  const contextFor = async (caller: Caller): Promise<LetterContext> => ({
    ...(await selectSender(db, caller.orgId)),
    recipient: caller.email,
    portalUrl,
  });
  /** The text that is asked about: what the request gives, and else what is used now. */
  const textOf = async (caller: Caller, kind: TextKind, given: { subject?: string; body?: string }): Promise<MailText> => {
    const [own] = await selectMailTexts(db, caller.orgId, kind);
    const { subject, body } = own ?? KINDS[kind];
    return checked(kind, { subject: given.subject ?? subject, body: given.body ?? body });
  };
  return {
    async listMailTexts({ caller }) {
      const context = await contextFor(caller);
      const own = new Map((await selectMailTexts(db, caller.orgId)).map((row) => [row.kind, row]));
      return { texts: TEXT_KINDS.map((kind) => wire(kind, own.get(kind), context)) };
    },
    async updateMailText({ params, body, caller }) {
      const kind = kindOf(params.kind);
      await saveMailText(db, caller, { kind, ...checked(kind, body) });
      const [own] = await selectMailTexts(db, caller.orgId, kind);
      return wire(kind, own, await contextFor(caller));
    },
    async resetMailText({ params, caller }) {
      const kind = kindOf(params.kind);
      await deleteMailText(db, caller.orgId, kind);
      return wire(kind, undefined, await contextFor(caller));
    },
    async previewMailText({ params, body, caller }) {
      const kind = kindOf(params.kind);
      const own = await textOf(caller, kind, body);
      return writeLetter(exampleOf(kind), { ...(await contextFor(caller)), own });
    },
    async testMailText({ params, body, caller }) {
      const kind = kindOf(params.kind);
      if (caller.apiKeyId !== undefined)
        throw invalidState('no-mailbox', 'A test mail goes to whoever asks for it, and an API key has no mailbox: sign in as a person.');
      const own = await textOf(caller, kind, body);
      const { subject, body: text } = draftLetter(exampleOf(kind), { ...(await contextFor(caller)), own });
      const id = await transaction(db, (tx) =>
        outbox.post(tx, {
          providerOrgId: caller.orgId,
          recipient: caller.email,
          userId: caller.userId,
          audience: 'provider',
          letter: { type: 'TestMail', payload: { subject: `Test: ${subject}`, text } },
        }),
      );
      if ((await selectMail(db, caller.orgId, id)) === undefined)
        throw tooManyRequests(
          'too-many-test-mails',
          'You have had many test mails within this hour: look at the preview.',
          TEST_PAUSE_SECONDS,
        );
      return { mailId: id, recipient: caller.email, isSent: sends };
    },
  };
}

function kindOf(name: string): TextKind {
  if (!isTextKind(name)) throw notFound('mail text', name);
  return name;
}

/** @throws DomainError bad_request that names all that is wrong */
function checked(kind: TextKind, given: MailText): MailText {
  const text = tidyText(given);
  const faults = textFaults(text, rulesOf(kind));
  const [first] = faults;
  if (first === undefined) return text;
  throw badRequest(first.code, `Invalid request: ${first.field} ${first.message}.`, faults);
}

function wire(kind: TextKind, own: MailTextRow | undefined, context: LetterContext) {
  const { audience, when, required, subject, body } = KINDS[kind];
  const values = valuesOf(exampleOf(kind), context);
  return {
    kind,
    audience,
    when,
    subject: own?.subject ?? subject,
    body: own?.body ?? body,
    default: { subject, body },
    isOwn: own !== undefined,
    placeholders: Object.entries(values).map(([name, example]) => ({
      name,
      about: MEANINGS[name] ?? '',
      example,
      isRequired: name === required,
      isForSubject: !OF_BODY.has(name),
    })),
    ...(own === undefined ? {} : { modifiedAt: own.modifiedAt.toISOString() }),
  };
}
