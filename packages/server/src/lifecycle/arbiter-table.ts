/** The arbiter's answers to every pair of state and request, for the page that people read and for tests. Pure. */
import { decide, type Decision, type InstanceState, type OperationRequest, type RequestKind } from './arbiter.js';
import { OPERATIONS, type OperationKind } from '../instances/instance.js';

export interface NamedState {
  name: string;
  state: InstanceState;
}

export interface NamedRequest {
  name: string;
  request: OperationRequest;
}

const ID = 'the instance';
const KINDS = Object.keys(OPERATIONS) as OperationKind[];

/** Where an instance can be while nothing acts on it. */
export const STATES_AT_REST: NamedState[] = [
  { name: 'new', state: { id: ID, status: 'DEPLOYING', everRan: false, deleteWaits: false } },
  ...(['RUNNING', 'STOPPED', 'FAILED'] as const).map((status) => ({
    name: status,
    state: { id: ID, status, everRan: true, deleteWaits: false },
  })),
  { name: 'FAILED, has never run', state: { id: ID, status: 'FAILED', everRan: false, deleteWaits: false } },
  { name: 'FAILED, was never restored', state: { id: ID, status: 'FAILED', everRan: false, toRestore: true, deleteWaits: false } },
  {
    name: 'FAILED, a delete had begun to take it down',
    state: { id: ID, status: 'FAILED', everRan: true, takingDown: true, deleteWaits: false },
  },
  { name: 'DELETED', state: { id: ID, status: 'DELETED', everRan: true, deleteWaits: false } },
];

/** Each operation while it runs, and with a delete that waits for its end. */
export const STATES_AT_WORK: NamedState[] = [
  ...KINDS.map((kind): NamedState => ({ name: kind, state: { ...at(kind), deleteWaits: false } })),
  { name: 'deleteBackup of a deleted instance', state: { ...at('deleteBackup'), status: 'DELETED', deleteWaits: false } },
  ...KINDS.filter((kind) => kind !== 'delete').map(
    (kind): NamedState => ({ name: `${kind}, a delete waits`, state: { ...at(kind), status: 'DELETING', deleteWaits: true } }),
  ),
];

/** Everything that can be asked for. */
export const REQUESTS: NamedRequest[] = [
  ...[...KINDS, 'retry' as const].map((kind: RequestKind): NamedRequest => ({ name: kind, request: { kind, trigger: 'person' } })),
  { name: 'backup by schedule', request: { kind: 'backup', trigger: 'schedule' } },
  { name: 'deleteBackup by schedule', request: { kind: 'deleteBackup', trigger: 'schedule' } },
];

/** Rows are states, columns are `REQUESTS`. */
export function arbiterTable(states: NamedState[]): { state: string; decisions: Decision[] }[] {
  return states.map(({ name, state }) => ({ state: name, decisions: REQUESTS.map(({ request }) => decide(state, request)) }));
}

function at(kind: OperationKind): Omit<InstanceState, 'deleteWaits'> {
  return { id: ID, status: OPERATIONS[kind].during ?? 'RUNNING', everRan: true, running: { kind, runId: '<its workflow>' } };
}
