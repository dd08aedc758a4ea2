/**
 * Which files are the page of which address, read from the sources of the routes while the application is built: so the page's files are on
 * their way before the router is. Pure.
 */

export interface PageSource {
  /** As the router writes it: `/instances/$instanceId`. */
  path: string;
  /** What the routes import for it, frames around the page first; relative to their file. */
  modules: string[];
}

const ROUTE = /^( *)(?:const (\w+) = )?createRoute\(\{\n([\s\S]*?)\n\1\}\)/gm;

/** The pages of one file of routes. A route whose parent is of the same file continues the parent's path. */
export function pagesOf(source: string): PageSource[] {
  const frames = new Map<string, PageSource>();
  const pages: PageSource[] = [];
  for (const [, , name = '', body = ''] of source.matchAll(ROUTE)) {
    const frame = frames.get(/^ +getParentRoute: \(\) => (\w+),$/m.exec(body)?.[1] ?? '');
    const path = /^ +path: '([^']*)',$/m.exec(body)?.[1] ?? '';
    const module = /^ +component: lazyRouteComponent\(\(\) => import\('([^']+)'\)/m.exec(body)?.[1];
    const page = { path: `${frame?.path ?? ''}${path}`, modules: [...(frame?.modules ?? []), ...(module === undefined ? [] : [module])] };
    if (name !== '') frames.set(name, page);
    if (page.modules.length > 0) pages.push(page);
  }
  return pages;
}
