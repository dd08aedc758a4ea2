/** A run as it is drawn: from the description of a workflow, or from an instance's progress. */
import type { Breakpoint, Client, GraphTask, InstanceProgress, TaskProgress, WaitingFor } from '@cellplane/api';

export interface RunPicture {
  id: string;
  /** `create`, `modify`, …; of a custom workflow its verb. */
  kind: string;
  instanceId: string;
  /** As the wire has it: IN_PROGRESS, PAUSED, SUCCESS, FAILED, CANCELLED. */
  status: string;
  message: string;
  startedAt: number;
  endedAt?: number;
  deadline?: number;
  tasks: TaskProgress[];
  graph: GraphTask[];
  breakpoints: Breakpoint[];
  waitingFor?: WaitingFor;
}

const STATUS_OF_PHASE: Record<string, string> = { Succeeded: 'SUCCESS', Failed: 'FAILED', Terminated: 'CANCELLED' };

type Described = Awaited<ReturnType<Client['describeWorkflow']>>;

/** From `describeWorkflow`. */
export function pictureOfWorkflow({ Workflow, tasks = [], graph = [], breakpoints = [] }: Described): RunPicture {
  const instanceId = Workflow.instanceId ?? '';
  return {
    id: Workflow.id,
    kind: Workflow.verb ?? kindOf(Workflow.id, instanceId) ?? Workflow.WorkflowType.toLowerCase(),
    instanceId,
    status: Workflow.status,
    message: Workflow.message ?? '',
    startedAt: Date.parse(Workflow.startTime),
    ...(Workflow.endTime === undefined ? {} : { endedAt: Date.parse(Workflow.endTime) }),
    ...(Workflow.deadline === undefined ? {} : { deadline: Date.parse(Workflow.deadline) }),
    tasks,
    graph,
    breakpoints,
    ...(Workflow.waitingFor === undefined ? {} : { waitingFor: Workflow.waitingFor }),
  };
}

/** From the stream of an instance; undefined if it has no run. */
export function pictureOfProgress({ instanceId, run }: InstanceProgress): RunPicture | undefined {
  if (run === undefined) return undefined;
  const running = run.paused === true ? 'PAUSED' : 'IN_PROGRESS';
  return {
    id: run.id,
    kind: run.verb ?? run.kind,
    instanceId,
    status: run.finishedAt === undefined ? running : (STATUS_OF_PHASE[run.phase] ?? run.phase.toUpperCase()),
    message: run.message,
    startedAt: Date.parse(run.startedAt ?? run.createdAt),
    ...(run.finishedAt === undefined ? {} : { endedAt: Date.parse(run.finishedAt) }),
    deadline: Date.parse(run.deadline),
    tasks: run.tasks,
    graph: run.graph ?? [],
    breakpoints: run.breakpoints ?? [],
    ...(run.waitingFor === undefined ? {} : { waitingFor: run.waitingFor }),
  };
}

/** `submit-create-instance-x-k3x9` of instance-x is a create. */
function kindOf(id: string, instanceId: string): string | undefined {
  const end = instanceId === '' ? -1 : id.indexOf(`-${instanceId}`);
  const word = id.startsWith('submit-') && end > 0 ? id.slice('submit-'.length, end) : undefined;
  return word === 'update' ? 'modify' : word;
}
