/** The stream of one open application: what has changed of what its person may see, and the progress of the instances that it shows. */
import { type ChangesMessage, type InstanceStreamMessage, type Noun, NOUNS } from '@cellplane/api';
import { DomainError } from '../errors.js';
import { authorize, type Principal } from '../identity/authorize.js';
import type { Viewer } from '../identity/viewer.js';
import { asHeard, changesOf, type Fact, isHeard, type Views } from './change.js';
import type { FactFeed } from './fact-feed.js';
import { merged } from './merged.js';

/** Progress of one instance, as its own stream has it. */
export type ProgressOf = (
  caller: Viewer,
  instanceId: string,
  options: { after: number; signal: AbortSignal },
) => AsyncIterable<readonly InstanceStreamMessage[]>;

export interface ChangesOptions {
  /** The place of the last message that was received. @default from now on */
  after?: string | undefined;
  instances: readonly string[];
  signal: AbortSignal;
}

/** Of this program's streams only the progress of an instance is shown; its events are not. */
const NO_RUN_EVENTS = Number.MAX_SAFE_INTEGER;

export function openChanges(feed: FactFeed, progress: ProgressOf) {
  return async function* (person: Principal, { after, instances, signal }: ChangesOptions): AsyncGenerator<readonly ChangesMessage[]> {
    const views = viewsOf(person);
    const caller = authorize(NOUNS.instances, person, {});
    const changes = changesSince(feed, views, after, signal);
    try {
      // The place first, whatever else there is to say.
      const first = await changes.next();
      if (first.done !== true) yield first.value;
      yield* merged([changes, ...[...new Set(instances)].map((id) => progressOf(progress, caller, id, signal))], signal);
    } finally {
      void changes.return(undefined).catch(() => undefined);
    }
  };
}

/** For each noun that the person may hear of, what they see of it. */
function viewsOf(person: Principal): Views {
  const views: Views = {};
  for (const noun of Object.keys(NOUNS) as Noun[]) {
    try {
      views[noun] = authorize(NOUNS[noun], person, {});
    } catch (error) {
      // Their role does not allow it: they do not hear of it.
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return views;
}

/** A place is a position in the order of events. Anything else is none of ours. */
function placeOf(after: string | undefined): number | undefined {
  return after !== undefined && /^\d{1,15}$/.test(after) ? Number(after) : undefined;
}

async function* changesSince(
  feed: FactFeed,
  views: Views,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly ChangesMessage[]> {
  const { close, head } = await feed.open();
  try {
    const asked = placeOf(after);
    let place = asked !== undefined && feed.since(asked) !== undefined ? asked : head;
    const isGap = after !== undefined && asked !== place;
    yield [{ event: isGap ? 'gap' : 'ready', data: {}, id: String(place) }];
    while (!signal.aborted) {
      const news = feed.since(place);
      if (news === undefined) {
        // Too slow for what is kept.
        place = feed.position;
        yield [{ event: 'gap', data: {}, id: String(place) }];
        continue;
      }
      const heard = news.facts.flatMap((fact) => messagesOf(fact, views));
      place = news.head;
      if (heard.length > 0) yield newestOf(heard);
      await feed.behind(place, signal);
    }
  } finally {
    close();
  }
}

/** The same messages for all who see the same, so that they are put into bytes once. */
const known = new WeakMap<Fact, ChangesMessage[]>();

function messagesOf(fact: Fact, views: Views): ChangesMessage[] {
  let all = known.get(fact);
  if (all === undefined) known.set(fact, (all = changesOf(fact).map((data) => ({ event: 'change', data, id: String(fact.position) }))));
  return all.flatMap((message) => {
    if (message.event !== 'change') return [];
    const view = views[message.data.noun];
    if (view === undefined || !isHeard(message.data.noun, fact, view)) return [];
    const data = asHeard(message.data, view);
    return [data === message.data ? message : { ...message, data }];
  });
}

/** Of several messages about one thing, the last one. */
function newestOf(messages: readonly ChangesMessage[]): ChangesMessage[] {
  const newest = new Map<string, ChangesMessage>();
  for (const message of messages) {
    if (message.event !== 'change') continue;
    const key = `${message.data.noun} ${message.data.id ?? ''}`;
    newest.delete(key);
    newest.set(key, message);
  }
  return [...newest.values()];
}

/** What cannot be followed is told, and does not end the stream. */
async function* progressOf(
  progress: ProgressOf,
  caller: Viewer,
  instanceId: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ChangesMessage[]> {
  try {
    for await (const batch of progress(caller, instanceId, { after: NO_RUN_EVENTS, signal })) {
      const last = batch.findLast((message) => message.event === 'progress');
      if (last?.event === 'progress') yield [last];
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    yield [{ event: 'refused', data: { instanceId, message: error.message } }];
  }
}
