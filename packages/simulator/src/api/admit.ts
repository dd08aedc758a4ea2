import { stringAt } from '../json.js';
import type { Kind } from '../kinds/kind.js';
import { forbiddenMessage, isAllowed } from '../rbac/authorise.js';
import { refuseEscalation } from '../rbac/escalation.js';
import type { Stored } from '../store/store.js';
import type { Cell, WriteOptions } from './cell.js';
import { forbidden } from './status.js';

// What is asked about a write once its object is known: whatever verb it came by, the same questions.

/** Throws 403 where the caller would grant what they do not hold; 404 for a binding of no role. */
export function mayGrant(
  cell: Cell,
  kind: Kind,
  namespace: string,
  object: Stored,
  live: Stored | undefined,
  { caller }: WriteOptions,
): void {
  if (caller === undefined) return;
  refuseEscalation(cell, kind, { user: caller.user, namespace: kind.namespaced ? namespace : '', requested: caller.name, object, live });
}

/** Asks about a new object. An apply or a PUT that makes one needs the right to create. Throws what refuses it. */
export function admitNew(cell: Cell, kind: Kind, namespace: string, object: Stored, options: WriteOptions): void {
  const { caller } = options;
  if (caller !== undefined) {
    const wanted = {
      verb: 'create',
      group: kind.group,
      resource: kind.plural,
      subresource: options.subresource,
      namespace: kind.namespaced ? namespace : kind.plural === 'namespaces' ? caller.name : '',
      name: caller.name,
    };
    if (!isAllowed(cell, caller.user, wanted)) {
      const why = forbiddenMessage(caller.user, wanted).replace(/^.*? is forbidden: /, '');
      throw forbidden(kind, stringAt(object, 'metadata', 'name'), why);
    }
  }
  admit(cell, kind, object, undefined, options);
}

/** Asks the operators of the cell about a write of a client. Throws what refuses it. */
export function admit(cell: Cell, kind: Kind, object: Stored, live: Stored | undefined, options: WriteOptions): void {
  if (options.caller === undefined) return;
  for (const ask of cell.admission) options.warnings.push(...ask({ kind, object, live, subresource: options.subresource }));
}
