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
  const isSignedIn = (await session.token()) !== undefined;
  const who = isSignedIn ? queries.fetchQuery(person) : undefined;
  if (isSignedIn && match !== undefined) askFirst(match);
  const [signedIn] = await Promise.all([who, match && loadBehindQuestions(match)]);
  if (signedIn === undefined || pathname !== '/') return;
  const home = { path: homeOf(signedIn.kind), params: [] };
  askFirst(home);
  await loadBehindQuestions(home);
}

/**
 * A browser has six connections to a server. The frame takes most of the time on one of them; what is asked for goes before the page's files,
 * because its answers lead to further questions.
 */
async function loadBehindQuestions(match: Match): Promise<void> {
  // A question is sent a few promises after it was asked.
  await new Promise((resolve) => setTimeout(resolve));
  await load(match);
}

void begin().catch(() => undefined);
