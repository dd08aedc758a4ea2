/**
 * What has changed of what a person may see: server-sent events of `GET /api/events/stream`, one stream for each open application. A
 * message says that it is time to ask anew, and hardly more, so that it can be sent to everybody who may know of it.
 */
import { type Static, Type } from 'typebox';
import { type Access, customer, provider } from '../access.js';
import { optionalText, text } from '../field.js';
import type { InstanceProgress } from './progress.js';

/** What things are called in messages, and what somebody must be allowed to read to hear of them. */
export const NOUNS = {
  instances: customer('instance:read'),
  runs: customer('instance:read'),
  snapshots: customer('instance:read'),
  subscriptions: customer('subscription:read'),
  people: customer('member:read'),
  plans: customer('catalog:read'),
  upgrades: provider('fleet:read', 'lists'),
  cells: provider('cell:read', 'organization'),
  channels: provider('notification:read', 'organization'),
  secrets: provider('secret:read', 'organization'),
} as const satisfies Record<string, Access>;
export type Noun = keyof typeof NOUNS;

/** One thing has changed, has come or has gone. */
export const Change = Type.Object({
  noun: Type.Enum(Object.keys(NOUNS) as Noun[]),
  /** Of the thing; absent where the reader may know that there is something new, but not what. */
  id: optionalText,
  /** Of snapshots and runs. */
  instanceId: optionalText,
  at: text,
  /** The status of an instance. */
  status: optionalText,
});
export type Change = Static<typeof Change>;

/**
 * `ready` comes first, with the place where the stream begins; `gap` instead of it where the place that was asked for is too long ago:
 * everything may have changed. `id:` of a message is the place, for `Last-Event-ID`. `progress` comes for the instances that were asked for,
 * `refused` once for one of them that the caller may not see, or that is gone.
 */
export type ChangesMessage =
  | { event: 'ready' | 'gap'; data: Record<string, never>; id: string }
  | { event: 'change'; data: Change; id: string }
  | { event: 'progress'; data: InstanceProgress }
  | { event: 'refused'; data: { instanceId: string; message: string } };

/** Instances whose progress one stream may follow. */
export const MOST_FOLLOWED = 20;

export { CHANGES_PATH } from '../address.js';
