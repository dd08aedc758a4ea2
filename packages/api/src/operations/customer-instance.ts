/** A customer's own instances: the twins of the fleet's operations (docs/reference/api.md#customers-routes). */
import { Type } from 'typebox';
import { CUSTOMER_INSTANCE, OFFERED_RESOURCE } from './custom-workflow.js';
import { anything, customTag, optional, optionalFlag, optionalText, placeFields, text, texts } from '../field.js';
import { recreateMissing } from './instance.js';
import { ConsumptionInstance } from './instance-answer.js';
import { customer } from '../access.js';
import { operation } from '../operation.js';

const tags = optional(Type.Array(customTag));
const subscription = Type.Object({ subscriptionId: optionalText });
/** Ours: why the instance is as it is (a failure's reason, a warning). */
const OwnInstance = Type.Object({ ...ConsumptionInstance.properties, statusDescription: optionalText });

export const customerInstanceOperations = {
  customerListInstances: operation({
    id: 'resource-instance-api#ListAllResourceInstances',
    api: 'v1',
    route: 'GET /resource-instance',
    summary: 'The caller’s own instances, newest first',
    access: customer('instance:read'),
    query: Type.Object({ environmentType: optionalText }),
    response: Type.Object({ resourceInstances: Type.Array(OwnInstance) }),
  }),
  customerListInstanceIds: operation({
    id: 'resource-instance-api#ListResourceInstances',
    api: 'v1',
    route: `GET ${OFFERED_RESOURCE}`,
    summary: 'Ids of the caller’s own instances of one resource of a plan',
    access: customer('instance:read'),
    query: subscription,
    response: Type.Object({ ids: texts }),
  }),
  customerCreateInstance: operation({
    id: 'resource-instance-api#CreateResourceInstance',
    api: 'v1',
    route: `POST ${OFFERED_RESOURCE}`,
    summary: 'Create an instance in a subscription of the caller',
    access: customer('instance:write'),
    query: subscription,
    body: Type.Object({
      ...placeFields,
      /** The same as `cloud_provider`, which counts. */
      cloudProvider: optionalText,
      network_type: optionalText,
      externalBillingId: optionalText,
      onprem_platform: optionalText,
      productTierVersion: optionalText,
      requestParams: optional(anything),
      /** The reference's portal sends it here, too. */
      subscriptionId: optionalText,
      customTags: tags,
    }),
    response: Type.Object({ id: text }),
    successStatus: 202,
  }),
  customerDescribeInstance: operation({
    id: 'resource-instance-api#DescribeResourceInstance',
    api: 'v1',
    route: `GET ${CUSTOMER_INSTANCE}`,
    summary: 'One instance of the caller',
    access: customer('instance:read'),
    query: subscription,
    response: OwnInstance,
  }),
  customerModifyInstance: operation({
    id: 'resource-instance-api#UpdateResourceInstance',
    api: 'v1',
    route: `PATCH ${CUSTOMER_INSTANCE}`,
    summary: 'Change parameters or tags of an instance of the caller',
    access: customer('instance:write'),
    query: subscription,
    body: Type.Object({ requestParams: optional(anything), ...placeFields, network_type: optionalText, customTags: tags, recreateMissing }),
    successStatus: 202,
  }),
  customerDeleteInstance: operation({
    id: 'resource-instance-api#DeleteResourceInstance',
    api: 'v1',
    route: `DELETE ${CUSTOMER_INSTANCE}`,
    summary: 'Delete an instance of the caller and everything it has in the cell',
    access: customer('instance:write'),
    query: Type.Object({ subscriptionId: optionalText, skipFinalSnapshot: optionalFlag }),
    successStatus: 202,
  }),
  customerUpdateInstanceMetadata: operation({
    id: 'resource-instance-api#UpdateResourceInstanceMetadata',
    api: 'v1',
    route: `PATCH ${CUSTOMER_INSTANCE}/metadata`,
    summary: 'Set or clear deletion protection; change tags without a run',
    access: customer('instance:write'),
    query: subscription,
    body: Type.Object({ deletionProtection: optionalFlag, customTags: tags }),
    successStatus: 202,
  }),
  customerStartInstance: operation({
    id: 'resource-instance-api#StartResourceInstance',
    api: 'v1',
    route: `POST ${CUSTOMER_INSTANCE}/start`,
    summary: 'Run the plan’s start workflow',
    access: customer('instance:write'),
    query: subscription,
    successStatus: 202,
  }),
  customerStopInstance: operation({
    id: 'resource-instance-api#StopResourceInstance',
    api: 'v1',
    route: `POST ${CUSTOMER_INSTANCE}/stop`,
    summary: 'Run the plan’s stop workflow',
    access: customer('instance:write'),
    query: subscription,
    successStatus: 202,
  }),
  customerRestartInstance: operation({
    id: 'resource-instance-api#RestartResourceInstance',
    api: 'v1',
    route: `POST ${CUSTOMER_INSTANCE}/restart`,
    summary: 'Run the plan’s restart workflow',
    access: customer('instance:write'),
    query: subscription,
    successStatus: 202,
  }),
};
