export * from './operation.js';
export * from './operations.js';
export * from './error-body.js';
export * from './progress.js';
export * from './client.js';
export * from './openapi.js';
export type { Breakpoint, GraphTask, TaskProgress, WaitingFor, Workflow } from './workflow.js';
export { ENVIRONMENT_TYPES } from './service.js';
export { createInstancePath } from './offering.js';
