/** Where a channel sends to. Pure. */

export const CHANNEL_TYPES = ['email', 'webhook', 'slack', 'pagerDuty'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

/** In clear: it is stored sealed. */
export type Target =
  | { type: 'email'; to: string }
  | { type: 'webhook'; method: string; url: string; headers: Record<string, string>; extra: Record<string, unknown> }
  | { type: 'slack'; url: string }
  | { type: 'pagerDuty'; integrationKey: string };

/** The members of a request or answer that say where a channel sends to. */
export interface TargetMembers {
  email?: { to: string } | null | undefined;
  webhook?:
    | {
        method: string;
        url: string;
        headers?: Record<string, string> | null | undefined;
        additionalBodyParameters?: Record<string, unknown> | null | undefined;
      }
    | null
    | undefined;
  slack?: { webhookUrl: string } | null | undefined;
  pagerDuty?: { integrationKey: string } | null | undefined;
}
