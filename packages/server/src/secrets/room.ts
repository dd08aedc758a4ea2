import type { Room } from '../room.js';
import { secretHandlers } from './handlers.js';
import type { SecretDeps } from './secrets.js';

/** Gives the secret operations. */
export function secretsRoom(deps: SecretDeps): Room {
  return { name: 'secrets', handlers: secretHandlers(deps) };
}
