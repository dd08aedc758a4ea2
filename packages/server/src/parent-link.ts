/** The program that started this server and waits for it, if there is one. */

/** What the server tells that program. */
export interface ParentMessage {
  /** Address at which requests are answered from now on. */
  ready: string;
}

export interface ParentLink {
  tell(message: ParentMessage): void;
  /** Called once the program has ended, however it ended. */
  onGone(listener: () => void): void;
}

/** Says that the channel to the parent is a life line: without it a server started by some supervisor outlives that one. */
export const PARENT_LINK_VARIABLE = 'CELLPLANE_PARENT_LINK';

/** The link over Node's channel to the parent process; a mute one where there is none. */
export function parentLink(env: NodeJS.ProcessEnv): ParentLink {
  if (env[PARENT_LINK_VARIABLE] !== '1' || process.send === undefined) return { tell: () => {}, onGone: () => {} };
  return {
    // A parent that is just ending hears nothing any more, which `onGone` tells.
    tell: (message) => void process.send?.(message, undefined, undefined, () => {}),
    onGone: (listener) => {
      process.once('disconnect', listener);
      if (!process.connected) setImmediate(listener);
    },
  };
}
