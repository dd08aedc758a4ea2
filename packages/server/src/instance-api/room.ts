import type { OpenDatabase } from '../database/database.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { Room } from '../room.js';
import { capacityHandlers } from './capacity-handlers.js';
import { customWorkflowHandlers } from './custom-workflow-handlers.js';
import { customerInstanceHandlers } from './customer-handlers.js';
import { openLiveProgress } from './live/live-progress.js';
import { listingHandlers } from './listing/handlers.js';
import { ownInstanceHandlers } from './own/handlers.js';
import { instanceHandlers } from './provider-handlers.js';
import { serviceReadHandlers } from './environment/handlers.js';
import { workflowHandlers } from './run-handlers.js';
import { upgradeHandlers } from './upgrade-handlers.js';
import { fleetHandlers } from './fleet/handlers.js';
import { openRunViews } from './live/run-views.js';

/** Gives the operations on instances and their runs, and `progress`, the live streams of instances. `listen`: for facts about instances. */
export function instanceApiRoom(
  deps: InstanceDeps,
  listen: OpenDatabase['listen'],
): Room & { progress: ReturnType<typeof openLiveProgress> } {
  const runs = openRunViews(deps);
  return {
    name: 'instance-api',
    progress: openLiveProgress(deps, runs, { listen }),
    handlers: {
      ...instanceHandlers(deps),
      ...listingHandlers(deps),
      ...workflowHandlers(deps, runs),
      ...fleetHandlers(deps, runs),
      ...customWorkflowHandlers(deps, runs),
      ...capacityHandlers(deps),
      ...upgradeHandlers(deps),
      ...customerInstanceHandlers(deps),
      ...ownInstanceHandlers(deps, runs),
      ...serviceReadHandlers(deps),
    },
  };
}
