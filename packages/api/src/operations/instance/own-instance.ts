/** Our own under `/api/`: what a customer does with an instance of theirs beside its lifecycle: read a secret, see calls, try again. */
import { Type } from 'typebox';
import { anything, optionalText, optionalWhole, required, text } from '../../field.js';
import { customer } from '../../access.js';
import { operation } from '../../operation.js';
import { WorkflowExecution } from '../custom-workflow.js';

export const ownInstanceOperations = {
  revealInstanceSecret: operation({
    id: 'cellplane#RevealInstanceSecret',
    api: 'ours',
    route: 'POST /api/instances/{id}/reveal',
    summary: 'Read one secret of an instance of the caller in clear: a parameter or an output',
    access: customer('instance:write'),
    /** Key of the parameter, or name of the output. */
    body: Type.Object({ key: required }),
    response: Type.Object({ key: text, value: anything }),
    answersSecret: true,
  }),
  listInstanceExecutions: operation({
    id: 'cellplane#ListInstanceExecutions',
    api: 'ours',
    route: 'GET /api/instances/{id}/executions',
    summary: 'Calls of the custom workflows of an instance that the caller may know of, newest first; of deleted ones too',
    access: customer('instance:read'),
    query: Type.Object({ verb: optionalText, pageSize: optionalWhole, nextPageToken: optionalText }),
    response: Type.Object({ workflowExecutions: Type.Array(WorkflowExecution), nextPageToken: optionalText }),
  }),
  describeInstanceExecution: operation({
    id: 'cellplane#DescribeInstanceExecution',
    api: 'ours',
    route: 'GET /api/instances/{id}/executions/{executionId}',
    summary: 'One call of a custom workflow, with its tasks and outputs; secret ones masked',
    access: customer('instance:read'),
    response: WorkflowExecution,
  }),
  retryInstanceRun: operation({
    id: 'cellplane#RetryInstanceRun',
    api: 'ours',
    route: 'POST /api/instances/{id}/runs/{runId}/retry',
    summary: 'Try the failed run of the last operation of an instance again, from where it failed',
    access: customer('instance:write'),
    successStatus: 202,
  }),
};
