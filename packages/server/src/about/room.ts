/** This server: its version, and its settings as they were when it started. */
import type { Room } from '../room.js';
import { settingsOf } from './given-settings.js';

export interface AboutRoomDeps {
  version: string;
  /** The default cell is the simulated one. */
  simulated: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

/** Gives the operation that describes the server. */
export function aboutRoom({ version, simulated, env }: AboutRoomDeps): Room {
  const settings = settingsOf(env);
  return { name: 'about', handlers: { describeServer: async () => ({ version, simulated, settings }) } };
}
