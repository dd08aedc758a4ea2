/**
 * Runs before the application itself is here, from a small file of its own: what the page at this address needs is asked for while the large
 * files are still on their way. Nothing depends on it: what fails here, the page asks for again, and tells of.
 */
import { pages } from 'virtual:pages';
import { session } from '../client';
import { homeOf } from '../home';
import { queries } from '../queries';
import { person } from '../session/signed-in';
import { askFirst } from './asked';
import { type Match, matchOf } from './match';

const load = ({ path }: Match) => pages.find((page) => page.path === path)?.load();

async function begin(): Promise<void> {
  const { pathname } = window.location;
  const match = matchOf(
    pathname,
    pages.map(({ path }) => path),
  );
  // Before the page's files, which would keep the few connections of a browser busy.
  const token = session.token();
  if (match !== undefined) void load(match)?.catch(() => undefined);
  if ((await token) === undefined) return;
  const who = queries.fetchQuery(person);
  if (match !== undefined) askFirst(match);
  const { kind } = await who;
  if (pathname !== '/') return;
  const home = { path: homeOf(kind), params: [] };
  askFirst(home);
  await load(home);
}

void begin().catch(() => undefined);
