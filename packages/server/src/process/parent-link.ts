/** The program that started this server and waits for it, if there is one. */
import { type OnParentGone, onParentGone } from './interruption.js';

/** What the server tells that program. */
export interface ParentMessage {
  /** Address at which requests are answered from now on. */
  ready: string;
}

/** What that program tells the server, once, before anything else. */
export interface ChildMessage {
  /** Variables that hold secrets: in the environment of a process others could read them for as long as it lives. */
  secrets: Record<string, string>;
}

export interface ParentLink {
  /** Variables that count beside those of the environment. Never resolves where the program ends before it says them. */
  secrets(): Promise<Record<string, string>>;
  tell(message: ParentMessage): void;
  /** Called once the program has ended, however it ended; answers what takes the listener away. */
  onGone: OnParentGone;
}

/** Says that the channel to the parent is a life line: without it a server started by some supervisor outlives that one. */
export const PARENT_LINK_VARIABLE = 'CELLPLANE_PARENT_LINK';

/** The link over Node's channel to the parent process; without a parent, a link that sends nothing. */
export function parentLink(env: NodeJS.ProcessEnv): ParentLink {
  if (env[PARENT_LINK_VARIABLE] !== '1' || process.send === undefined)
    return { secrets: async () => ({}), tell: () => {}, onGone: () => () => {} };
  const told = new Promise<ChildMessage>((resolve) => process.once('message', (message: ChildMessage) => resolve(message)));
  return {
    secrets: async () => (await told).secrets,
    // A parent that is just ending hears nothing any more, which `onGone` tells.
    tell: (message) => void process.send?.(message, undefined, undefined, () => {}),
    onGone: onParentGone,
  };
}
