/** The stream of this tab, bound to its session, to what it has asked for, and to whether it is looked at. */
import { client, session } from '../client';
import { queries } from '../queries';
import { KEYS_OF, openRefresh } from './refresh';
import { TabConnection } from './tab-connection';

/** A tab that is out of sight for so long closes its stream. Milliseconds. */
const OUT_OF_SIGHT_MS = 30_000;

const LIVE_KEYS: ReadonlySet<unknown> = new Set(Object.values(KEYS_OF).flat());

export const connection = new TabConnection({
  follow: (options) => client.followChanges(options),
  onChange: openRefresh({ invalidate: (key) => queries.invalidateQueries({ queryKey: [key] }) }),
  onGap: () => void queries.invalidateQueries({ predicate: ({ queryKey }) => LIVE_KEYS.has(queryKey[0]) }),
});

let leaving: ReturnType<typeof setTimeout> | undefined;

/** Opens the stream for whoever is signed in; answers what closes it. */
export function goLive(): () => void {
  const look = () => {
    clearTimeout(leaving);
    if (document.visibilityState === 'visible') connection.begin();
    else leaving = setTimeout(() => connection.rest(), OUT_OF_SIGHT_MS);
  };
  look();
  document.addEventListener('visibilitychange', look);
  const unsubscribe = session.subscribe((event) => {
    if (event === 'restored') connection.begin();
    if (event === 'over') connection.rest();
    if (event === 'signed-out' || event === 'another') connection.rest({ forget: true });
  });
  return () => {
    clearTimeout(leaving);
    document.removeEventListener('visibilitychange', look);
    unsubscribe();
    connection.rest({ forget: true });
  };
}
