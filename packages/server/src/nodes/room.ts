import type { Room } from '../room.js';
import { nodeHandlers } from './handlers.js';
import type { NodesDeps } from './read-nodes.js';

/** Gives the operations on what runs of an instance in its cell. */
export function nodesRoom(deps: NodesDeps): Room {
  return { name: 'nodes', handlers: nodeHandlers(deps) };
}
