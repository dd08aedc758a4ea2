import type { Room } from '../room.js';
import type { BuildDeps } from './build.js';
import { type DeletionDeps, goOnWithDeletions } from './deletion/deletion.js';
import { deletionHandlers } from './deletion/handlers.js';
import { differenceHandlers } from './difference/handlers.js';
import { environmentHandlers } from './environment/handlers.js';
import { featureHandlers } from './feature/handlers.js';
import { findingHandlers } from './findings.js';
import { planHandlers } from './plan-handlers.js';
import { planReadHandlers } from './reads/handlers.js';
import { schemaHandlers } from './schema/handlers.js';
import { type CatalogDeps, serviceHandlers } from './service-handlers.js';
import { workflowDefinitionHandlers } from './wire/workflow-definition.js';

/** The pause between two looks at deletes that go on. Milliseconds. */
const DELETIONS_MS = 1_000;

/** Gives the operations on services, plans, their versions and the workflows that those define, and goes on with deletes of them. */
export function catalogRoom(deps: CatalogDeps & BuildDeps, atWork: DeletionDeps): Room {
  return {
    name: 'catalog',
    handlers: {
      ...serviceHandlers(deps),
      ...environmentHandlers(deps),
      ...differenceHandlers(deps),
      ...deletionHandlers(deps),
      ...featureHandlers(deps),
      ...planHandlers(deps),
      ...planReadHandlers(deps),
      ...schemaHandlers(deps),
      ...workflowDefinitionHandlers(deps),
      ...findingHandlers(deps),
    },
    loops: [
      {
        name: 'catalog-deletions',
        everyMs: DELETIONS_MS,
        complaint: 'deletes of services, environments or plans could not go on',
        work: () => goOnWithDeletions(atWork),
        byWorkers: true,
      },
    ],
  };
}
