/** How webhooks are signed (docs/notifications.md#signature). Pure. */
import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'Cellplane-Signature';

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 of `<seconds>.<body>`, one `v1` for each secret that is valid now. */
export function signatureOf(body: string, at: Date, secrets: readonly string[]): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const macs = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`);
  return [`t=${seconds}`, ...macs].join(',');
}
