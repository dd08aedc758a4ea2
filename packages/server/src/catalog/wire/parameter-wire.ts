/** Parameters of a resource in the two shapes the wire has for them. */
import { createHash } from 'node:crypto';
import type { Handlers } from '@cellplane/api';
import type { ApiParameter, CompiledResource, ParameterType } from '@cellplane/plan';

type InputParameter = Awaited<ReturnType<Handlers['listInputParameters']>>['inputParameters'][number];
type OutputParameter = Awaited<ReturnType<Handlers['listOutputParameters']>>['outputParameters'][number];
type ResourceApis = Awaited<
  ReturnType<Handlers['describeFleetServiceOfferingResource']>
>['ConsumptionDescribeServiceOfferingResourceResult']['apis'];
type InputEntity = ResourceApis[number]['inputParameters'][number];

interface Owner {
  serviceId: string;
  resourceId: string;
  /** Key → id of all resources of the plan. */
  resourceIds: Record<string, string>;
}

/** The catalogue's view of a parameter. */
export function inputParameterOnWire(parameter: ApiParameter, owner: Owner): InputParameter {
  const wire: InputParameter = {
    id: stableId('ip', owner.resourceId, parameter.key),
    key: parameter.key,
    name: parameter.name,
    description: parameter.description,
    type: numberType(parameter.type) ?? INPUT_TYPES[parameter.type] ?? 'String',
    resourceId: owner.resourceId,
    serviceId: owner.serviceId,
    isList: parameter.isList,
    modifiable: parameter.modifiable,
    required: parameter.required,
    tabIndex: parameter.tabIndex,
    hasOptions: parameter.options !== undefined || parameter.labeledOptions !== undefined,
    ...sharedMembers(parameter),
  };
  if (parameter.labeledOptions !== undefined) wire.labeledOptions = parameter.labeledOptions;
  if (parameter.limits !== undefined)
    wire.limits = Object.fromEntries(Object.entries(parameter.limits).map(([name, limit]) => [name, String(limit)]));
  const dependency = parameter.dependentResource === undefined ? undefined : owner.resourceIds[parameter.dependentResource];
  if (dependency !== undefined) wire.dependentResourceId = dependency;
  return wire;
}

/** The offering's view of a parameter. */
export function inputEntityOnWire(parameter: ApiParameter): InputEntity {
  return {
    key: parameter.key,
    displayName: parameter.name,
    description: parameter.description,
    type: numberType(parameter.type) ?? OFFERING_TYPES[parameter.type] ?? 'String',
    custom: true,
    isList: parameter.isList,
    modifiable: parameter.modifiable,
    required: parameter.required,
    tabIndex: parameter.tabIndex,
    ...(parameter.limits === undefined ? {} : { limits: parameter.limits }),
    ...sharedMembers(parameter),
  };
}

/** Outputs that the create workflow publishes, and those of the older fields. */
export function outputParametersOnWire(resource: CompiledResource, owner: Owner): OutputParameter[] {
  return Object.entries(outputsOf(resource)).map(([key, value]) => ({
    id: stableId('op', owner.resourceId, key),
    key,
    name: key,
    description: '',
    resourceId: owner.resourceId,
    serviceId: owner.serviceId,
    valueRef: value,
  }));
}

/** What a client may ask of a resource, by verb. */
export function resourceApisOnWire(resource: CompiledResource): ResourceApis {
  const outputParameters = Object.keys(outputsOf(resource)).map((key) => ({
    key,
    displayName: key,
    description: '',
    type: 'String',
    custom: true,
    isList: false,
  }));
  const inputs = resource.parameters.map(inputEntityOnWire);
  const withInputs = (verb: string, inputParameters: InputEntity[]) => ({ verb, inputParameters, outputParameters });
  return [
    withInputs('CREATE', inputs),
    withInputs('DESCRIBE', []),
    withInputs('LIST', []),
    ...(resource.systemWorkflows.modify === undefined
      ? []
      : [
          withInputs(
            'UPDATE',
            inputs.filter((input) => input.modifiable),
          ),
        ]),
    withInputs('DELETE', []),
  ];
}

const INPUT_TYPES: Partial<Record<ParameterType, string>> = {
  Boolean: 'Boolean',
  Password: 'Password',
  Secret: 'Secret',
  Resource: 'Resource',
};
/** The reference's portal hides what is typed into a Password; it knows no Secret. */
const OFFERING_TYPES: Partial<Record<ParameterType, string>> = {
  Boolean: 'Boolean',
  Json: 'JSON',
  Any: 'JSON',
  Resource: 'Resource',
  Password: 'Password',
  Secret: 'Password',
};

/** As declared: the client can tell whole numbers from others. */
function numberType(type: ParameterType): string | undefined {
  return /^(Float|U?Int)/.test(type) ? type : undefined;
}

function sharedMembers(parameter: ApiParameter) {
  const options = parameter.options ?? (parameter.labeledOptions === undefined ? undefined : Object.values(parameter.labeledOptions));
  return {
    ...(parameter.defaultValue === undefined || isSecret(parameter) ? {} : { defaultValue: parameter.defaultValue }),
    ...(options === undefined ? {} : { options }),
    ...(parameter.regex === undefined ? {} : { regex: parameter.regex }),
    ...(parameter.cloudProviders === undefined ? {} : { scope: { cloudProviders: parameter.cloudProviders } }),
  };
}

/** A default password stays inside. */
function isSecret(parameter: ApiParameter): boolean {
  return parameter.type === 'Password' || parameter.type === 'Secret';
}

function outputsOf(resource: CompiledResource): Record<string, string> {
  const own = resource.systemWorkflows.create?.outputs.map((output) => [output.name, output.value] as const) ?? [];
  return { ...resource.outputs, ...Object.fromEntries(own) };
}

/** Parameters have no row; their id is made of what they are. */
function stableId(prefix: string, resourceId: string, key: string): string {
  const digest = createHash('sha256').update(`${resourceId}\0${key}`).digest('base64url').replaceAll(/[-_]/g, '');
  return `${prefix}-${digest.slice(0, 10)}`;
}
