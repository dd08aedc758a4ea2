/**
 * The files of the web application (packages/web). Names of files under `/assets/` hold a hash of what is in them, so browsers keep them for
 * good; every other address that a browser opens is a page of the application, which finds out itself what to show.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { BASE_PATH } from '@cellplane/api';
import type { App, AppContext } from './context.js';
import { answer, sendError } from './error-response.js';

/** No script that is not a file of this server; styles may stand in elements, since the component library writes them there. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const FOR_GOOD = 'public, max-age=31536000, immutable';

export interface WebSite {
  /** Answers a navigation with the application's page; undefined for anything else. */
  page(context: AppContext): Promise<Response> | undefined;
}

/** How the application looks for whom: written into the page, so that its first paint is right, and no script stands in it. */
export interface SiteLook {
  brand(host: string): Promise<{ name?: string; favicon?: string }>;
  picture(host: string, kind: 'logo' | 'favicon'): Promise<{ bytes: Buffer; type: string; address: string } | undefined>;
}

/** Binds the files of the folder. Undefined if it has no application: the web package was not built. */
export function bindWebSite(app: App, folder: string, look?: SiteLook): WebSite | undefined {
  const file = join(folder, 'index.html');
  if (!existsSync(file)) return undefined;
  const page = readFileSync(file, 'utf8');
  const files = serveStatic({ root: folder, precompressed: true });
  app.get('/assets/*', async (context) => {
    const found = await files(context, async () => {});
    if (!(found instanceof Response))
      return sendError(context, answer('not_found', 'no-such-file', 'This file is not part of the application: load the page again.'));
    found.headers.set('cache-control', FOR_GOOD);
    return found;
  });
  for (const path of ['/favicon.svg', '/colour-scheme.js'])
    app.get(path, async (context, next) => {
      context.header('cache-control', 'no-cache');
      return files(context, next);
    });
  for (const kind of ['logo', 'favicon'] as const)
    app.get(`/portal/${kind}`, async (context) => {
      const found = await look?.picture(hostOf(context), kind);
      if (found === undefined) return sendError(context, answer('not_found', 'no-such-picture', `This portal has no ${kind} of its own.`));
      // A copy of the server that has not read the newest one yet must not leave an older one in browsers under its address.
      const { pathname, search } = new URL(context.req.url);
      const isItsAddress = `${pathname}${search}` === found.address;
      const headers = { 'content-type': found.type, 'cache-control': isItsAddress ? FOR_GOOD : 'no-cache' };
      return context.body(new Uint8Array(found.bytes), 200, headers);
    });
  return {
    page: (context) => (isNavigation(context) ? themed(context) : undefined),
  };

  async function themed(context: AppContext): Promise<Response> {
    const text = look === undefined ? page : withBrand(page, await look.brand(hostOf(context)));
    return context.html(text, 200, { 'content-security-policy': POLICY, 'cache-control': 'no-cache' });
  }
}

/** The page with the look in it: as JSON in an attribute, in the title, where the application is loaded, and as the mark of the tab. Pure. */
export function withBrand(page: string, brand: { name?: string; favicon?: string }): string {
  const { name, favicon } = brand;
  const themed = page.replace(/(<meta name="portal-theme" content=")(?=")/, (found) => found + attribute(JSON.stringify(brand)));
  const named =
    name === undefined ? themed : themed.replace(/(<title>|<b data-name>)[^<]*(?=<\/)/g, (_, tag: string) => `${tag}${attribute(name)}`);
  return favicon === undefined ? named : named.replace(/<link rel="icon"[^>]*>/, () => `<link rel="icon" href="${attribute(favicon)}" />`);
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** As the browser wrote it, without the port. */
function hostOf({ req }: AppContext): string {
  return (req.header('host') ?? '').toLowerCase().replace(/:\d+$/, '');
}

/** A browser that opens an address, and not a client of the API that has mistyped one. */
function isNavigation({ req }: AppContext): boolean {
  const isRead = req.method === 'GET' || req.method === 'HEAD';
  const isApi = req.path.startsWith('/api/') || req.path.startsWith(`${BASE_PATH}/`) || req.path.startsWith('/assets/');
  return isRead && !isApi && (req.header('accept') ?? '').includes('text/html');
}
