/** What a request may say of where a channel sends to. Pure. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { cut, MASK } from '@cellplane/plan';
import { badRequest, type DomainError } from '../errors.js';
import { readEmail } from '../identity/email.js';
import { maskedUrl } from './masked-target.js';
import { hostFault } from '../outgoing/guarded-lookup.js';
import { CHANNEL_TYPES, type Target, type TargetMembers } from './target.js';
import { EVENT_MEMBERS, isMemberItself, templateFault } from './template.js';

const METHODS = ['POST', 'PUT', 'PATCH'];
const MOST_HEADERS = 20;
const LONGEST_URL = 2_048;
/** Bytes of all headers, and of all further members of the body. */
const MOST_HEADER_BYTES = 8_192;
const MOST_EXTRA_BYTES = 16_384;
/** Written by us, or by the connection. */
const RESERVED_HEADERS =
  /^(?:host|connection|content-length|content-type|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|cellplane-.*)$/;
/** Members of the body that are the event's own. */
const OWN_MEMBERS = new Set<string>(EVENT_MEMBERS);

export interface TargetRules {
  /** Addresses of private networks may be named. */
  privateTargets: boolean;
  /** Mails can be sent. */
  mail: boolean;
}

/**
 * Where a request wants a channel to send to; undefined if it says nothing of it. Masked values are those of `former`.
 * @throws DomainError bad_request, naming the field
 */
export function readTarget(members: TargetMembers, rules: TargetRules, former?: Target): Target | undefined {
  const given = CHANNEL_TYPES.filter((type) => members[type] !== undefined && members[type] !== null);
  const [type] = given;
  if (type === undefined) return undefined;
  if (given.length > 1)
    throw wrong(given[1] ?? type, `A channel sends to one place: give one of ${CHANNEL_TYPES.join(', ')}, not ${given.join(' and ')}.`);
  if (former !== undefined && former.type !== type)
    throw wrong(type, `The channel is one of type ${former.type} and stays so. Make another channel for ${type}.`);
  if (members.email != null) return readMailTarget(members.email.to, rules);
  if (members.webhook != null) return readWebhook(members.webhook, rules, former?.type === 'webhook' ? former : undefined);
  if (members.slack != null) {
    const field = 'slack.webhookUrl';
    const kept = former?.type === 'slack' && members.slack.webhookUrl === maskedUrl(former.url) ? former.url : undefined;
    return { type: 'slack', url: kept ?? readUrl(members.slack.webhookUrl, field, rules) };
  }
  const { integrationKey } = members.pagerDuty ?? { integrationKey: '' };
  if (integrationKey === MASK && former?.type === 'pagerDuty') return former;
  if (!/^[A-Za-z0-9_-]{8,128}$/.test(integrationKey))
    throw wrong(
      'pagerDuty.integrationKey',
      'pagerDuty.integrationKey must be the integration key that PagerDuty shows for the service: 8 to 128 letters, digits, "-" and "_".',
    );
  return { type: 'pagerDuty', integrationKey };
}

function readMailTarget(to: string, rules: TargetRules): Target {
  if (!rules.mail)
    throw wrong(
      'email',
      'Mails are not sent by this server, so there are no e-mail channels. Use webhook, slack or pagerDuty.',
      'email-channels-not-served',
    );
  const address = readEmail(to);
  if (address === undefined) throw wrong('email.to', `email.to "${cut(to)}" is not an e-mail address of ASCII characters.`);
  return { type: 'email', to: address };
}

function readWebhook(
  given: NonNullable<TargetMembers['webhook']>,
  rules: TargetRules,
  former: Extract<Target, { type: 'webhook' }> | undefined,
): Target {
  const method = given.method.trim().toUpperCase();
  if (!METHODS.includes(method))
    throw wrong('webhook.method', `webhook.method is "${cut(given.method)}"; use one of ${METHODS.join(', ')}.`);
  const url = former !== undefined && given.url === maskedUrl(former.url) ? former.url : readUrl(given.url, 'webhook.url', rules);
  const kept = { isElsewhere: former !== undefined && new URL(url).origin !== new URL(former.url).origin };
  const headers = unmasked(given.headers ?? {}, { ...kept, stored: former?.headers, field: 'webhook.headers' });
  const extra = unmasked(given.additionalBodyParameters ?? {}, {
    ...kept,
    stored: former?.extra,
    field: 'webhook.additionalBodyParameters',
  });
  checkHeaders(headers);
  const own = Object.keys(extra).find((name) => OWN_MEMBERS.has(name) && !isMemberItself(name, extra[name]));
  if (own !== undefined)
    throw wrong(
      `webhook.additionalBodyParameters.${own}`,
      `webhook.additionalBodyParameters has ${own}, which is a member of every event. Use another name.`,
    );
  if (Buffer.byteLength(JSON.stringify(extra)) > MOST_EXTRA_BYTES)
    throw wrong('webhook.additionalBodyParameters', 'webhook.additionalBodyParameters may have at most 16 KiB as JSON.');
  const fault = templateFault(extra, 'webhook.additionalBodyParameters');
  if (fault !== undefined) throw wrong(cut(fault.field), `${cut(fault.field)}: ${fault.message}.`, 'invalid-template');
  return { type: 'webhook', method, url, headers, extra };
}

/**
 * What is given, with the stored value for each that comes back masked. Not for another host: whoever may change a channel may not read its
 * secrets, and would have them sent to a place of their own.
 */
function unmasked<V>(
  given: Record<string, V>,
  { stored, isElsewhere, field }: { stored: Record<string, V> | undefined; isElsewhere: boolean; field: string },
): Record<string, V> {
  const one = (name: string, value: V): V => {
    const former = stored !== undefined && Object.hasOwn(stored, name) ? stored[name] : undefined;
    if (value !== MASK || former === undefined) return value;
    if (!isElsewhere) return former;
    throw wrong(
      `${field}.${cut(name)}`,
      `webhook.url is on another host than before: give the value of ${field}.${cut(name)} again, or leave it out.`,
    );
  };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, one(name, value)]));
}

function checkHeaders(headers: Record<string, string>): void {
  const entries = Object.entries(headers);
  if (entries.length > MOST_HEADERS)
    throw wrong('webhook.headers', `webhook.headers has ${entries.length} headers; ${MOST_HEADERS} are allowed.`);
  if (entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0) > MOST_HEADER_BYTES)
    throw wrong('webhook.headers', 'webhook.headers may have at most 8 KiB together.');
  for (const [name, value] of entries) {
    const field = `webhook.headers.${cut(name)}`;
    if (RESERVED_HEADERS.test(name.toLowerCase())) throw wrong(field, `The header ${cut(name)} is set by Cellplane. Leave it out.`);
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw wrong(field, `"${cut(name)}" with this value cannot be sent as a header: HTTP allows neither line ends nor such characters.`);
    }
  }
}

function readUrl(text: string, field: string, rules: TargetRules): string {
  const given = text.trim();
  if (given.length > LONGEST_URL || !URL.canParse(given)) throw wrong(field, `${field} is no URL of at most ${LONGEST_URL} characters.`);
  const url = new URL(given);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw wrong(field, `${field} must begin with https:// or http://.`);
  if (url.username !== '' || url.password !== '')
    throw wrong(field, `${field} has a user or password in it. Send it as a header (webhook.headers, Authorization).`);
  const fault = rules.privateTargets ? undefined : hostFault(url.hostname, 'CELLPLANE_WEBHOOK_PRIVATE_TARGETS');
  if (fault !== undefined) throw wrong(field, `${field}: ${fault}`, 'target-not-public');
  url.hash = '';
  return url.href;
}

function wrong(field: string, message: string, code = 'invalid-channel'): DomainError {
  return badRequest(code, message, [{ field, message: 'is not usable', code }]);
}
