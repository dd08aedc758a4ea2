import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { Room } from '../room.js';
import { instanceStages } from './stages.js';

/** Gives the stages of instances. */
export function stagesRoom(deps: InstanceDeps): Room {
  return { name: 'stages', stages: instanceStages(deps) };
}
