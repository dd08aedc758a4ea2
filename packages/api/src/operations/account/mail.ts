/** Mails: the outbox (ours), and the events that the reference's portal makes mails of (docs/people.md#mail). */
import { Type } from 'typebox';
import { freeObject, optionalText, optionalWhole, text, whole } from '../../field.js';
import { provider } from '../../access.js';
import { operation } from '../../operation.js';

const mail = {
  id: text,
  recipient: text,
  type: text,
  status: text,
  failures: whole,
  message: text,
  createdAt: text,
  endedAt: optionalText,
};

const MailEvent = Type.Object({
  eventID: text,
  eventType: text,
  eventPayload: freeObject,
  time: text,
  priority: text,
  orgID: text,
  orgName: text,
  orgURL: text,
  userEmail: optionalText,
  userID: optionalText,
  userName: optionalText,
});

export const mailOperations = {
  listMails: operation({
    id: 'cellplane#ListMails',
    api: 'ours',
    route: 'GET /api/mails',
    summary: 'Mails to customers and to the own people, newest first',
    access: provider('organization:read', 'organization'),
    query: Type.Object({ recipient: optionalText, nextPageToken: optionalText, pageSize: optionalWhole }),
    response: Type.Object({ mails: Type.Array(Type.Object(mail)), nextPageToken: optionalText }),
  }),
  describeMail: operation({
    id: 'cellplane#DescribeMail',
    api: 'ours',
    route: 'GET /api/mails/{id}',
    summary: 'What a mail says; its links only where the server sends no mails itself',
    access: provider('organization:write', 'organization'),
    response: Type.Object({ ...mail, subject: text, text }),
  }),
  listMailEvents: operation({
    id: 'events-api#ListEvents',
    api: 'fleet',
    route: 'GET /fleet/events',
    summary: 'Mails to customers that a portal is to send; none where the server sends them itself',
    access: provider('organization:write', 'organization'),
    query: Type.Object({ environmentType: optionalText }),
    response: Type.Object({ events: Type.Array(MailEvent) }),
  }),
  acknowledgeMailEvent: operation({
    id: 'events-api#AcknowledgeEvent',
    api: 'fleet',
    route: 'DELETE /fleet/events/{id}',
    summary: 'A portal has sent the mail',
    access: provider('organization:write', 'organization'),
  }),
};
