/**
 * Pages as parts of the application that are loaded when they are opened. Where a part cannot be loaded because the server does not answer,
 * the router's own way would be to load the whole page again, and the browser would show an error page of its own in its place.
 */
import { lazyRouteComponent as ofRouter } from '@tanstack/react-router';

/** A page's part could not be loaded: the server does not answer. */
export class ServerGone extends Error {
  constructor(cause: unknown) {
    super('The server does not answer.', { cause });
  }
}

/** Whether the server answers at all. */
export function serverAnswers(): Promise<boolean> {
  return fetch('/favicon.svg', { method: 'HEAD', cache: 'no-store' }).then(
    () => true,
    () => false,
  );
}

export const lazyRouteComponent: typeof ofRouter = (load, name) => {
  const loadOrTell: typeof load = () =>
    load().catch(async (error: unknown) => {
      throw (await serverAnswers()) ? error : new ServerGone(error);
    });
  return ofRouter(loadOrTell, name);
};
