export * from './access.js';
export { refusalOf, type RoleHolder } from './may.js';
export * from './operation.js';
export * from './table.js';
export * from './error-body.js';
export { ID_LIMIT } from './limits.js';
export * from './operations/progress.js';
export * from './operations/changes.js';
export * from './client.js';
export * from './openapi.js';
export type { CustomerAuditEvent, FleetAuditEvent } from './operations/audit.js';
export type { Breakpoint, Cause, GraphTask, TaskProgress, WaitingFor, Workflow } from './operations/workflow.js';
export type { CustomWorkflow, ExecutionStarted, WorkflowExecution } from './operations/custom-workflow.js';
export type { DescribedCell } from './operations/cell/deployment-cell.js';
export type { OperatorGuard } from './operations/cell/operator-guard.js';
export type { Adoption } from './operations/instance/adoption.js';
export type { InstanceDrift } from './operations/drift.js';
export type { Budget } from './operations/subscription/budget.js';
export type { Usage } from './operations/subscription/usage.js';
export { LOG_LINES, LOG_STREAM_PATH, METRICS_STREAM_PATH } from './address.js';
export type {
  ClusterEvent,
  InstanceMetrics,
  InstanceNode,
  InstanceNodes,
  LogLine,
  LogMessage,
  MetricsMessage,
} from './operations/instance/nodes.js';
export type { CatalogDeletion } from './operations/catalog/deletion.js';
export type { InstanceEvent, InstanceOperation, Retention } from './operations/history.js';
export type { ChangePreview, ObjectChange } from './operations/instance/preview.js';
export type { ChannelSubscription } from './operations/notification.js';
export { againstBegin, incompleteOf, neededStatuses } from './operations/instance/begins.js';
export { ENVIRONMENT_TYPES } from './environment-types.js';
