/** Custom workflows: their definitions, calling one, and what became of each call (docs/reference/plan-language.md#custom-workflows). */
import { type Static, Type } from 'typebox';
import { anything, flag, freeObject, optional, optionalText, optionalWhole, text, textMap, texts } from '../field.js';
import { InputParameterEntity } from './offering.js';
import { customer, provider } from '../access.js';
import { operation } from '../operation.js';
import { TaskProgress } from './workflow.js';

const OutputSpec = Type.Object({ name: text, type: text, valueRef: text, description: optionalText });

/** A workflow of a plan, the provider's own or one of the platform's verbs. */
export const CustomWorkflow = Type.Object({
  id: text,
  serviceId: text,
  productTierId: text,
  name: text,
  verb: text,
  description: text,
  scope: texts,
  apiParameters: Type.Array(InputParameterEntity),
  /** Deprecated by the reference: name → expression. */
  outputParameters: textMap,
  outputParameterSpecs: Type.Array(OutputSpec),
  configuration: freeObject,
  /** The workflow as a plan spec has it. */
  spec: freeObject,
  isSystemWorkflow: flag,
  /** Ours: the resource it belongs to, and the plan version it was read from. */
  resourceId: optionalText,
  resourceKey: optionalText,
  productTierVersion: optionalText,
});
export type CustomWorkflow = Static<typeof CustomWorkflow>;

/** One call of a workflow. `executionId` is the id of its run. */
export const WorkflowExecution = Type.Object({
  executionId: text,
  workflowId: text,
  instanceId: text,
  verb: text,
  /** PENDING, RUNNING, SUCCEEDED, FAILED. */
  status: text,
  startTime: text,
  endTime: optionalText,
  /** Id of the user; the platform's own calls say `schedule`. */
  invokedBy: text,
  requestParams: freeObject,
  /** Left out in lists, as the tasks. */
  outputs: optional(freeObject),
  failureCode: optionalText,
  failureMessage: optionalText,
  tasks: optional(Type.Array(TaskProgress)),
  /** Ours: name of the workflow and of the caller, and the operation that the run belongs to. */
  name: optionalText,
  invokedByName: optionalText,
  operationId: optionalText,
});
export type WorkflowExecution = Static<typeof WorkflowExecution>;

/** What a call answers; the last three only once it has ended within the wait. */
export const ExecutionStarted = Type.Object({
  workflowId: text,
  workflowExecutionId: text,
  /** PENDING, RUNNING, SUCCESS, FAILED. */
  status: text,
  outputs: optional(freeObject),
  failureCode: optionalText,
  failureMessage: optionalText,
});
export type ExecutionStarted = Static<typeof ExecutionStarted>;

const call = Type.Object({
  resourceId: optionalText,
  requestParams: optional(anything),
  /** Answer when it has ended, at most after so many seconds (60). Absent or 0: at once. */
  waitForCompletionSeconds: optionalWhole,
});

const FE = '/fleet/service/{serviceId}/environment/{environmentId}' as const;
/** The seven segments of a service offering; an instance of it. */
export const OFFERED_RESOURCE =
  '/resource-instance/{serviceProviderId}/{serviceKey}/{serviceAPIVersion}/{serviceEnvironmentKey}/{serviceModelKey}/{productTierKey}/{resourceKey}' as const;
export const CUSTOMER_INSTANCE = `${OFFERED_RESOURCE}/{id}` as const;

export const customWorkflowOperations = {
  executeCustomWorkflow: operation({
    id: 'inventory-api#ResourceInstanceCustomWorkflow',
    api: 'fleet',
    route: `POST ${FE}/instance/{instanceId}/custom-workflow/{workflowId}/execute`,
    summary: 'Call a custom workflow of an instance',
    access: provider('fleet:operate', '{serviceId}'),
    body: call,
    response: ExecutionStarted,
    successStatus: 202,
  }),
  executeCustomerWorkflow: operation({
    id: 'resource-instance-api#ResourceInstanceCustomWorkflow',
    api: 'v1',
    route: `POST ${CUSTOMER_INSTANCE}/custom-workflow/{workflowId}/execute`,
    summary: 'Call a custom workflow that customers may call',
    access: customer('instance:write'),
    query: Type.Object({ subscriptionId: optionalText }),
    body: call,
    response: ExecutionStarted,
    successStatus: 202,
  }),
  executeWorkflowVerb: operation({
    id: 'inventory-api#ExecuteResourceInstanceWorkflow',
    api: 'fleet',
    route: `POST ${FE}/resource-instance/{instanceId}/workflow/{verb}`,
    summary: 'Run a verb of an instance: a custom one, or start, stop, restart, modify, addCapacity, removeCapacity, failover',
    access: provider('fleet:operate', '{serviceId}'),
    body: call,
    response: WorkflowExecution,
    successStatus: 202,
  }),
  listWorkflowExecutions: operation({
    id: 'inventory-api#ListResourceInstanceWorkflowExecutions',
    api: 'fleet',
    route: `GET ${FE}/resource-instance/{instanceId}/workflow-executions`,
    summary: 'What was run on an instance, newest first; of deleted ones too',
    access: provider('fleet:read', '{serviceId}'),
    query: Type.Object({
      verb: optionalText,
      status: optionalText,
      startDate: optionalText,
      endDate: optionalText,
      pageSize: optionalWhole,
      nextPageToken: optionalText,
    }),
    response: Type.Object({ workflowExecutions: Type.Array(WorkflowExecution), nextPageToken: optionalText }),
  }),
  describeWorkflowExecution: operation({
    id: 'inventory-api#DescribeResourceInstanceWorkflowExecution',
    api: 'fleet',
    route: `GET ${FE}/resource-instance/{instanceId}/workflow-executions/{executionId}`,
    summary: 'One execution, with its tasks and outputs',
    access: provider('fleet:read', '{serviceId}'),
    response: WorkflowExecution,
  }),
  describeExecution: operation({
    id: 'inventory-api#DescribeWorkflowExecution',
    api: 'fleet',
    route: `GET ${FE}/workflow-executions/{executionId}`,
    summary: 'The same without naming the instance',
    access: provider('fleet:read', '{serviceId}'),
    response: WorkflowExecution,
  }),
  listCustomWorkflows: operation({
    id: 'custom-workflow-api#ListCustomWorkflows',
    api: 'v1',
    route: 'GET /service/{serviceId}/product-tier/{productTierId}/custom-workflow',
    summary: 'Workflows of a plan, custom ones and those of the platform’s verbs',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object({ productTierVersion: optionalText, nextPageToken: optionalText, pageSize: optionalWhole }),
    response: Type.Object({ ids: texts, customWorkflows: Type.Array(CustomWorkflow) }),
  }),
  describeCustomWorkflow: operation({
    id: 'custom-workflow-api#DescribeCustomWorkflow',
    api: 'v1',
    route: 'GET /service/{serviceId}/custom-workflow/{id}',
    summary: 'One workflow of a plan',
    access: provider('catalog:read', '{serviceId}'),
    query: Type.Object({ productTierId: optionalText, productTierVersion: optionalText }),
    response: CustomWorkflow,
  }),
};
