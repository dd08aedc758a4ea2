/** Channels: made, changed and shown; their secrets are sealed at rest. */
import { type ChannelSubscription, ENVIRONMENT_TYPES } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { noteEffect } from '../database/idempotency-key.js';
import { tell } from '../events/tell.js';
import { badRequest, invalidState, notFound } from '../errors.js';
import { newId } from '../identity/identifier.js';
import type { Sealer } from '../secrets/envelope.js';
import {
  type ChannelRow,
  insertChannel,
  isNameTaken,
  lockChannel,
  lockChannelsOf,
  renewSigningSecret,
  selectChannel,
  selectSigningSecrets,
  updateChannel,
} from './channel-store.js';
import { ALERT_TYPES, CATEGORIES, NOTICE_TYPES, PRIORITIES } from './notice.js';
import { maskedTarget } from './masked-target.js';
import { readTarget, type TargetRules } from './read-target.js';
import { CHANNEL_TYPES, type Target, type TargetMembers } from './target.js';
import { knownEnvironmentType } from '../request-text/environment-type.js';

export interface ChannelDeps {
  db: Database;
  sealer: Sealer;
  rules: TargetRules;
}

/** Of one organization. */
const MOST_CHANNELS = 100;
const LONGEST_NAME = 128;
/** A former signing secret stays valid for so long. Hours. */
const FORMER_VALID_HOURS = 24;

interface ChannelInput extends TargetMembers {
  name: string;
  subscription: ChannelSubscription;
}

/** Makes a channel and answers its id. @throws DomainError bad_request; invalid_state if the name is taken, or there are too many */
export async function createChannel({ db, sealer, rules }: ChannelDeps, orgId: string, input: ChannelInput): Promise<string> {
  const id = newId('channel');
  const name = readName(input.name);
  const subscription = readSubscription(input.subscription);
  const target = readTarget(input, rules);
  if (target === undefined) throw badRequest('invalid-channel', `Say where the channel sends to: one of ${CHANNEL_TYPES.join(', ')}.`);
  await transaction(db, async (tx) => {
    if ((await lockChannelsOf(tx, orgId)) >= MOST_CHANNELS)
      throw invalidState(
        'too-many-channels',
        `There are ${MOST_CHANNELS} notification channels, and no more are allowed. Delete one first.`,
      );
    const row = { id, name, channelType: target.type, subscription, sealedTarget: sealTarget(sealer, id, target) };
    if (!(await insertChannel(tx, orgId, row))) throw nameTaken(name);
    await tellChannel(tx, orgId, id);
    await noteEffect(tx, { id });
  });
  return id;
}

/** Changes what is given. @throws DomainError like `createChannel`; not_found */
export async function changeChannel(deps: ChannelDeps, orgId: string, id: string, input: Partial<ChannelInput>): Promise<void> {
  const { db, sealer, rules } = deps;
  await transaction(db, async (tx) => {
    // Two renames at once take turns.
    await lockChannelsOf(tx, orgId);
    const row = await lockChannel(tx, orgId, id);
    if (row === undefined) throw notFound('notification channel', id);
    const former = openTarget(sealer, row);
    const target = readTarget(input, rules, former) ?? former;
    const name = input.name === undefined ? row.name : readName(input.name);
    if (await isNameTaken(tx, orgId, { id, name })) throw nameTaken(name);
    const subscription = input.subscription === undefined ? row.subscription : readSubscription(input.subscription);
    await updateChannel(tx, { id, name, subscription, sealedTarget: sealTarget(sealer, id, target) });
    await tellChannel(tx, orgId, id);
  });
}

/** A channel of the organization. @throws DomainError not_found */
export async function findChannel(db: Database, orgId: string, id: string): Promise<ChannelRow> {
  const row = await selectChannel(db, orgId, id);
  if (row === undefined) throw notFound('notification channel', id);
  return row;
}

/** A channel as reads show it: secrets are masked. */
export function channelWire(sealer: Sealer, row: ChannelRow) {
  const { id, name, channelType, subscription } = row;
  const times = { createdAt: row.createdAt.toISOString(), modifiedAt: row.modifiedAt.toISOString() };
  return { id, name, channelType, subscription, ...maskedTarget(openTarget(sealer, row)), ...times };
}

/** Where a channel sends to, in clear. Never for an answer. */
export function openTarget(sealer: Sealer, { id, sealedTarget }: { id: string; sealedTarget: Buffer }): Target {
  return JSON.parse(sealer.open(sealedTarget, context(id)).toString('utf8')) as Target;
}

function sealTarget(sealer: Sealer, id: string, target: Target): Buffer {
  return sealer.seal(JSON.stringify(target), context(id));
}

function context(id: string, of = 'target'): string {
  return `notification-channel/${id}/${of}`;
}

/**
 * Sets what a webhook is signed with. The former secret stays valid for a day; the same secret again changes nothing. Answers until when
 * the former one is valid.
 * @throws DomainError bad_request, not_found
 */
export async function setSigningSecret(deps: ChannelDeps, orgId: string, id: string, secret: string): Promise<Date | undefined> {
  if (!/^[\x21-\x7e]{24,256}$/.test(secret))
    throw badRequest(
      'invalid-signing-secret',
      'signingSecret must have 24 to 256 visible ASCII characters, such as those of `openssl rand -hex 24`.',
      [{ field: 'signingSecret', message: 'is not usable' }],
    );
  return transaction(deps.db, async (tx) => {
    const row = await lockChannel(tx, orgId, id);
    if (row === undefined) throw notFound('notification channel', id);
    if (row.channelType !== 'webhook')
      throw badRequest('channel-not-signed', `Only webhooks are signed, and channel ${id} is of type ${row.channelType}.`);
    const [present] = await validSecrets(tx, deps.sealer, id);
    if (present === secret) return (await selectSigningSecrets(tx, id))?.formerValidUntil ?? undefined;
    const until = await renewSigningSecret(tx, id, deps.sealer.seal(secret, context(id, 'signing-secret')), FORMER_VALID_HOURS);
    return until ?? undefined;
  });
}

/** Secrets that a webhook is signed with now, the present one first. In clear. */
export async function validSecrets(db: Database | Transaction, sealer: Sealer, id: string): Promise<string[]> {
  const found = await selectSigningSecrets(db, id);
  return [found?.sealed, found?.former].flatMap((sealed) =>
    sealed == null ? [] : [sealer.open(sealed, context(id, 'signing-secret')).toString('utf8')],
  );
}

function readName(text: string): string {
  const name = text.trim();
  // oxlint-disable-next-line no-control-regex
  if (name === '' || name.length > LONGEST_NAME || /[\u0000-\u001f\u007f]/.test(name))
    throw badRequest('invalid-channel', `name must have 1 to ${LONGEST_NAME} characters in one line.`, [
      { field: 'name', message: 'is not usable' },
    ]);
  return name;
}

function nameTaken(name: string) {
  return invalidState('channel-name-taken', `There is a notification channel "${cut(name)}" already. Use another name.`, [
    { field: 'name', message: 'is taken' },
  ]);
}

/** Words of each filter. */
const WORDS: Record<keyof ChannelSubscription, readonly string[]> = {
  alertTypes: ALERT_TYPES,
  environmentTypes: ENVIRONMENT_TYPES,
  eventCategories: CATEGORIES,
  eventPriorities: PRIORITIES,
  eventTypes: Object.keys(NOTICE_TYPES),
};

/** The filters, each word once and as it is written here. @throws DomainError bad_request for a word that there is not */
function readSubscription(given: ChannelSubscription): ChannelSubscription {
  const read = (name: keyof ChannelSubscription) => {
    const words = given[name].map((text) => {
      const wanted = name === 'environmentTypes' ? (knownEnvironmentType(text) ?? text) : text.trim();
      const found = WORDS[name].find((word) => word.toLowerCase() === wanted.toLowerCase());
      if (found !== undefined) return found;
      throw badRequest('unknown-filter', `subscription.${name} has "${cut(text)}"; use ${WORDS[name].join(', ')}, or none for all.`, [
        { field: `subscription.${name}`, message: 'has an unknown word' },
      ]);
    });
    return [...new Set(words)];
  };
  return {
    alertTypes: read('alertTypes'),
    environmentTypes: read('environmentTypes'),
    eventCategories: read('eventCategories'),
    eventPriorities: read('eventPriorities'),
    eventTypes: read('eventTypes'),
  };
}

/** Pages that show it are to be read anew. */
export async function tellChannel(tx: Transaction, orgId: string, id: string): Promise<void> {
  await tell(tx, { kind: 'thing-changed', subject: id, payload: { noun: 'channels', orgId } });
}
