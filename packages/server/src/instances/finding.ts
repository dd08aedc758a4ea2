/** How an instance's cell was found to differ from what the rows say: told by reconciliation, shown with the instance. */

/**
 * - `namespace-gone`: its namespace is not there.
 * - `object-gone`: objects that its workflows wrote, and none of them deleted, are not there.
 * - `object-replaced`: an object that holds data is another one than the one that was written.
 * - `kind-gone`: objects whose kind the cell does not serve any more.
 * - `unknown-run`: a workflow that this database does not know has written to it: the database is older than the cell.
 * - `another-cluster`: the cell's address leads to another cluster than before.
 */
export type FindingCode = 'namespace-gone' | 'object-gone' | 'object-replaced' | 'kind-gone' | 'unknown-run' | 'another-cluster';

export interface FoundObject {
  apiVersion: string;
  kind: string;
  name: string;
}

export interface InstanceFinding {
  code: FindingCode;
  /** A sentence without its full stop. */
  message: string;
  /** ISO time of the look that found it first. */
  since: string;
  /** The first of them; `count` says how many there are. */
  objects: FoundObject[];
  count: number;
  /** What mends it, as it is typed. */
  commands: string[];
}

/** Whether what makes the product is known to be wrong, and not only the books. */
export function isLoss({ code }: Pick<InstanceFinding, 'code'>): boolean {
  return code !== 'unknown-run';
}
