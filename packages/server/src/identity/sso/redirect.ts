/** Where an identity provider may send people back to: nowhere that nobody has configured. Pure. */
import { cut } from '@cellplane/plan';
import { badRequest } from '../../errors.js';

/** RFC 8252: a program on the person's own machine, at whatever port. */
const LOOPBACK = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?(?:\/|$)/;
const LONGEST = 2_048;

/** The path at which portals of the reference take people back. */
const PORTAL_PATH = '/idp-auth';

/** A URL that can be compared as it is written: absolute, in the normal form, of http or https, without user, query and fragment. */
export function readRedirectUrl(text: string, field: string): string {
  const url = text.length <= LONGEST && URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:');
  if (isWeb && url.username === '' && url.password === '' && url.search === '' && url.hash === '' && url.href === text) return text;
  throw badRequest(
    'invalid-redirect',
    `${field} "${cut(text)}" is not a whole https:// or http:// address, such as https://portal.example.com/idp-auth; user, query and fragment are not allowed.`,
    [{ field, code: 'invalid-redirect', message: 'is not usable' }],
  );
}

/** Where people are sent back to where a request says nothing of it: the portal. */
export function usualRedirectUrl(portalUrl: string | undefined): string {
  if (portalUrl !== undefined) return `${portalUrl}${PORTAL_PATH}`;
  throw badRequest('redirect-needed', 'Name redirectUrl, the address that people are sent back to, or set CELLPLANE_PORTAL_URL.', [
    { field: 'redirectUrl', code: 'redirect-needed', message: 'is missing' },
  ]);
}

/** True if people may be sent there: to this machine's programs, the portal, or what the identity provider's row names. */
export function mayRedirect(
  url: string,
  { portalUrl, redirectUrls }: { portalUrl: string | undefined; redirectUrls: readonly string[] },
): boolean {
  if (LOOPBACK.test(url) || redirectUrls.includes(url)) return true;
  return portalUrl !== undefined && new URL(url).href.startsWith(new URL(`${portalUrl}/`).href);
}
