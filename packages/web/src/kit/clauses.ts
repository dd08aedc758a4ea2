/** The clauses of a gate, each with its live value. Pure. */
import type { Task } from './workflow-graph/graph';

export type Waiting = NonNullable<Task['waitingFor']>;

/** A node of a gate's proof tree, as the server sends it. */
interface ProofNode {
  text: string;
  value: boolean;
  op: string;
  live?: unknown;
  missing?: true;
  children?: ProofNode[];
}

export interface Clause {
  text: string;
  value: boolean;
  /** The value as it is, in words. Undefined: there is none to show. */
  live?: string;
}

/** Characters of a live value that are shown. */
const MOST_OF_VALUE = 80;

/** The clauses of the success condition, from left to right; none where it has no gate. */
export function clausesOf({ success }: Pick<Waiting, 'success'>): Clause[] {
  return success === undefined || success === null ? [] : leavesOf(success as ProofNode);
}

function leavesOf(node: ProofNode): Clause[] {
  if (node.op !== 'clause' && node.op !== 'not' && node.children !== undefined) return node.children.flatMap(leavesOf);
  const { text, value } = node;
  if (node.missing === true) return [{ text, value, live: 'not there yet' }];
  if (node.live === undefined) return [{ text, value }];
  const live = typeof node.live === 'string' ? node.live : JSON.stringify(node.live);
  return [{ text, value, live: live.length > MOST_OF_VALUE ? `${live.slice(0, MOST_OF_VALUE)} …` : live }];
}
