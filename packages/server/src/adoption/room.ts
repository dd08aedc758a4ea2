import type { Room } from '../room.js';
import type { AdoptionDeps } from './adopt.js';
import { adoptionHandlers } from './handlers.js';

/** Gives the operation that makes an instance of what runs already. */
export function adoptionRoom(deps: AdoptionDeps): Room {
  return { name: 'adoption', handlers: adoptionHandlers(deps) };
}
