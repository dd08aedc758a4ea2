/** Texts of mails, as the provider has them. */
import { Type } from 'typebox';
import { provider } from '../../access.js';
import { flag, optionalText, text } from '../../field.js';
import { operation } from '../../operation.js';

/** Characters, with room to say kindly that a text is too long. */
const SUBJECT = { maxLength: 1_000 };
const BODY = { maxLength: 40_000 };
const words = { subject: Type.String(SUBJECT), body: Type.String(BODY) };
const draft = Type.Object({ subject: Type.Optional(Type.String(SUBJECT)), body: Type.Optional(Type.String(BODY)) });

const MailText = Type.Object({
  kind: text,
  /** `customer`, or `provider`: the own people. */
  audience: text,
  /** When it is sent, in words. */
  when: text,
  subject: text,
  body: text,
  /** The text as Cellplane has it. */
  default: Type.Object({ subject: text, body: text }),
  /** The text is the provider's own. */
  isOwn: flag,
  placeholders: Type.Array(
    Type.Object({
      name: text,
      about: text,
      example: text,
      /** The body has to have it. */
      isRequired: flag,
      isForSubject: flag,
    }),
  ),
  modifiedAt: optionalText,
});

export const mailTextOperations = {
  listMailTexts: operation({
    id: 'cellplane#ListMailTexts',
    api: 'ours',
    route: 'GET /api/mail-texts',
    summary: 'Texts of all kinds of mails, with their placeholders',
    access: provider('organization:read', 'organization'),
    response: Type.Object({ texts: Type.Array(MailText) }),
  }),
  updateMailText: operation({
    id: 'cellplane#UpdateMailText',
    api: 'ours',
    route: 'PUT /api/mail-texts/{kind}',
    summary: 'Give a kind of mail a text of your own',
    access: provider('organization:write', 'organization'),
    body: Type.Object(words),
    response: MailText,
  }),
  resetMailText: operation({
    id: 'cellplane#ResetMailText',
    api: 'ours',
    route: 'DELETE /api/mail-texts/{kind}',
    summary: 'Go back to the text that Cellplane has',
    access: provider('organization:write', 'organization'),
    response: MailText,
  }),
  previewMailText: operation({
    id: 'cellplane#PreviewMailText',
    api: 'ours',
    route: 'POST /api/mail-texts/{kind}/preview',
    summary: 'What a mail would say, with example values; what is not given is as it is now',
    access: provider('organization:read', 'organization'),
    body: draft,
    response: Type.Object({ subject: text, text }),
  }),
  testMailText: operation({
    id: 'cellplane#TestMailText',
    api: 'ours',
    route: 'POST /api/mail-texts/{kind}/test',
    summary: 'The same as a mail to yourself',
    access: provider('organization:write', 'organization'),
    body: draft,
    response: Type.Object({
      mailId: text,
      recipient: text,
      /** False: the server sends no mails itself, and the mail lies in the outbox. */
      isSent: flag,
    }),
  }),
};
