import type { Room } from '../room.js';
import { lockInstances } from '../instances/store.js';
import { endOperation } from './end-operation.js';
import { foreignNamesIn } from './foreign-names.js';
import { keptObject } from './kept-objects.js';
import type { InstanceDeps } from './run-context.js';

/**
 * Goes on with an operation when one of its runs has ended; tells the engine which objects an instance has to have in its cell, and
 * which values of tenants name what is another's.
 */
export function lifecycleRoom(deps: InstanceDeps): Room {
  return {
    name: 'lifecycle',
    hooks: {
      lockSubjects: lockInstances,
      runEnded: (tx, ended) => endOperation(deps, tx, ended),
      checkTexts: (instanceId, texts) => foreignNamesIn(deps, instanceId, texts),
      expectedObject: (runId, object) => keptObject(deps, runId, object),
    },
  };
}
