import type { Room } from '../room.js';
import type { BuildDeps } from './build.js';
import { differenceHandlers } from './difference/handlers.js';
import { environmentHandlers } from './environment/handlers.js';
import { featureHandlers } from './feature/handlers.js';
import { findingHandlers } from './findings.js';
import { planHandlers } from './plan-handlers.js';
import { planReadHandlers } from './reads/handlers.js';
import { schemaHandlers } from './schema/handlers.js';
import { type CatalogDeps, serviceHandlers } from './service-handlers.js';
import { workflowDefinitionHandlers } from './wire/workflow-definition.js';

/** Gives the operations on services, plans, their versions and the workflows that those define. */
export function catalogRoom(deps: CatalogDeps & BuildDeps): Room {
  return {
    name: 'catalog',
    handlers: {
      ...serviceHandlers(deps),
      ...environmentHandlers(deps),
      ...differenceHandlers(deps),
      ...featureHandlers(deps),
      ...planHandlers(deps),
      ...planReadHandlers(deps),
      ...schemaHandlers(deps),
      ...workflowDefinitionHandlers(deps),
      ...findingHandlers(deps),
    },
  };
}
