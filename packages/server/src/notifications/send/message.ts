/** What is sent to each type of channel: one HTTP request. Pure. */
import { headlineOf, type WireNotice } from '../notice.js';
import type { Target } from '../target.js';
import { rendered } from '../template.js';
import { SIGNATURE_HEADER, signatureOf } from './signature.js';

export interface Message {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}

export interface Addressed {
  deliveryId: string;
  notice: WireNotice;
  /** The database's time. */
  now: Date;
  /** Valid signing secrets, the present one first. */
  secrets: readonly string[];
}

/** Where PagerDuty takes events (its Events API v2). */
const PAGER_DUTY = 'https://events.pagerduty.com/v2/enqueue';

const SEVERITIES: Record<string, string> = { Critical: 'critical', High: 'error', Medium: 'warning', Low: 'info' };

/** The request that carries a notice. */
export function messageOf(target: Exclude<Target, { type: 'email' }>, addressed: Addressed, pagerDutyUrl = PAGER_DUTY): Message {
  const { deliveryId, notice, now, secrets } = addressed;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'cellplane-notifications',
    'cellplane-event-id': notice.eventID,
    'cellplane-delivery-id': deliveryId,
  };
  switch (target.type) {
    case 'webhook': {
      const body = JSON.stringify({ ...(rendered(target.extra, notice) as Record<string, unknown>), ...notice });
      const signed: Record<string, string> = secrets.length === 0 ? {} : { [SIGNATURE_HEADER]: signatureOf(body, now, secrets) };
      return { url: target.url, method: target.method, headers: { ...target.headers, ...headers, ...signed }, body };
    }
    case 'slack':
      return { url: target.url, method: 'POST', headers, body: JSON.stringify({ text: slackText(notice) }) };
    case 'pagerDuty':
      return { url: pagerDutyUrl, method: 'POST', headers, body: JSON.stringify(pagerDutyEvent(target.integrationKey, notice)) };
  }
}

/** The same as a mail: what it says, and every fact of it. */
export function mailOf(notice: WireNotice): { subject: string; text: string } {
  const { eventPayload, ...members } = notice;
  const { reason, ...facts } = eventPayload;
  const lines = Object.entries({ ...members, ...facts }).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return {
    subject: `[${notice.priority}] ${headlineOf(notice)}`,
    text: [
      `${headlineOf(notice)} (${notice.alertType}, ${notice.priority})`,
      ...(typeof reason === 'string' ? ['', reason] : []),
      '',
      ...lines,
    ].join('\n'),
  };
}

/** Slack reads `&`, `<` and `>` as its own. */
function slackText(notice: WireNotice): string {
  const reason = notice.eventPayload['reason'];
  const lines = [`*${headlineOf(notice)}* (${notice.alertType}, ${notice.priority})`, ...(typeof reason === 'string' ? [reason] : [])];
  return lines.join('\n').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Each event is an incident of its own. */
function pagerDutyEvent(routingKey: string, notice: WireNotice) {
  return {
    routing_key: routingKey,
    event_action: 'trigger',
    dedup_key: notice.eventID,
    payload: {
      summary: headlineOf(notice).slice(0, 1_024),
      source: notice.instanceID ?? notice.serviceID ?? 'cellplane',
      severity: SEVERITIES[notice.priority] ?? 'info',
      timestamp: notice.time,
      class: notice.eventType,
      ...(notice.serviceName === undefined ? {} : { group: notice.serviceName }),
      custom_details: notice,
    },
  };
}
