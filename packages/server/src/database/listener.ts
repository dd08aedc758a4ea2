import { Client, type ClientConfig, escapeIdentifier } from 'pg';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';

export interface ListenOptions {
  /** Called after a lost connection is back: notifications may have been missed in between, so look at the rows. */
  onGap?: () => void;
}

interface Subscription {
  callback: (payload: string) => void;
  onGap?: () => void;
}

/**
 * LISTEN on one connection of its own. A lost connection is opened again with back-off (0.1 s doubling to 5 s) and every
 * channel is listened to again before `onGap` is called.
 */
export class Listener {
  private readonly channels = new Map<string, Set<Subscription>>();
  private client: Promise<Client> | undefined;
  private closing = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: ClientConfig,
    private readonly log: Logger,
  ) {}

  /** Resolves when PostgreSQL has confirmed the LISTEN. Rejects if the first connection fails. */
  async listen(channel: string, callback: (payload: string) => void, options: ListenOptions = {}): Promise<() => Promise<void>> {
    const subscription: Subscription = { callback };
    if (options.onGap !== undefined) subscription.onGap = options.onGap;
    const set = this.channels.get(channel) ?? new Set();
    this.channels.set(channel, set.add(subscription));
    try {
      const client = await (this.client ??= this.connect());
      await client.query(`listen ${escapeIdentifier(channel)}`);
    } catch (error) {
      set.delete(subscription);
      throw error;
    }
    return async () => {
      set.delete(subscription);
      if (set.size > 0 || this.channels.get(channel) !== set) return;
      this.channels.delete(channel);
      // A connection that is being replaced no longer listens anyway.
      await this.client?.then((client) => client.query(`unlisten ${escapeIdentifier(channel)}`)).catch(() => undefined);
    };
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.retry);
    // A client that failed to connect has nothing to end.
    await this.client?.then((client) => client.end()).catch(() => undefined);
  }

  private async connect(): Promise<Client> {
    const client = new Client(this.settings);
    let lost = false;
    const onLost = (reason: string) => {
      if (lost || this.closing) return;
      lost = true;
      this.log.warn({ reason }, 'the LISTEN connection to PostgreSQL was lost; opening it again');
      this.reconnect(100);
    };
    client.on('error', (error) => onLost(error.message));
    client.on('notification', (message) => {
      for (const { callback } of this.channels.get(message.channel) ?? []) callback(message.payload ?? '');
    });
    try {
      await client.connect();
    } catch (error) {
      lost = true;
      this.client = undefined;
      throw error;
    }
    client.on('end', () => onLost('ended by the server'));
    return client;
  }

  private reconnect(delayMs: number): void {
    // A connection that is lost while it listens again tells it twice; one chain of tries is enough.
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.client = this.connect().then(async (client) => {
        for (const channel of this.channels.keys()) await client.query(`listen ${escapeIdentifier(channel)}`);
        return client;
      });
      this.client.then(
        () => {
          for (const set of this.channels.values()) for (const { onGap } of set) onGap?.();
        },
        (error) => {
          if (this.closing) return;
          this.log.warn({ error: messageOf(error) }, 'the LISTEN connection to PostgreSQL is still away');
          this.reconnect(Math.min(delayMs * 2, 5_000));
        },
      );
    }, delayMs);
  }
}
