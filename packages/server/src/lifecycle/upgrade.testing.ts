/** Plans of several versions for tests of upgrades: a database that keeps its data, and what versions add to it and drop. */

interface Part {
  /** Resource name; its Things are called after it. */
  name: string;
  kind?: 'Thing' | 'ConfigMap';
  dependsOn?: string[];
  /** Lines of `apiParameters`, and of the manifest's `spec` (`data` of a ConfigMap). */
  parameters?: string[];
  spec?: Record<string, string>;
  without?: string[];
  /** Flow maps of `upgrade`, and lines of `customWorkflows`. */
  upgrade?: string;
  custom?: string;
  charts?: string;
}

function body(part: Part, verb: string): string {
  const kind = part.kind ?? 'Thing';
  const name = part.name.toLowerCase();
  const values = Object.entries({ by: verb, ...part.spec }).map(([key, value]) => `                    ${key}: "${value}"`);
  const manifest = [
    `apiVersion: ${kind === 'Thing' ? 'example.com/v1' : 'v1'}`,
    `kind: ${kind}`,
    'metadata:',
    `  name: ${name}`,
    ...(verb === 'delete' ? [] : [kind === 'Thing' ? 'spec:' : 'data:']),
  ].map((line) => `                  ${line}`);
  return `
        ${kind === 'Thing' && verb !== 'delete' ? 'outputParameters: {phase: "$tasks.main.resource.status.phase"}' : 'outputParameters: {}'}
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: ${verb === 'delete' ? 'delete' : 'apply'}
${kind === 'Thing' && verb !== 'delete' ? '                successCondition: status.phase == ready\n                failureCondition: status.phase == broken\n' : ''}                manifest: |
${[...manifest, ...(verb === 'delete' ? [] : values)].join('\n')}`;
}

/** A custom workflow that makes a Thing of its own. */
export function customThing(verb: string, parameters = '[]'): string {
  return `      - verb: ${verb}
        displayName: ${verb}
        apiParameters: ${parameters}
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                successCondition: status.phase == ready
                failureCondition: status.phase == broken
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata: {name: ${verb.toLowerCase()}, annotations: {cellplane.dev/may-vanish: "true"}}
                  spec: {by: ${verb}}`;
}

function service(part: Part): string {
  const verbs = ['create', 'modify', 'delete'].filter((verb) => part.without?.includes(verb) !== true);
  return [
    `  - name: ${part.name}`,
    ...(part.dependsOn === undefined ? [] : [`    dependsOn: [${part.dependsOn.join(', ')}]`]),
    ...(part.parameters === undefined ? [] : ['    apiParameters:', ...part.parameters.map((line) => `      - ${line}`)]),
    ...(part.upgrade === undefined && part.charts === undefined
      ? []
      : [`    operatorCRDConfiguration: {upgrade: ${part.upgrade ?? '{}'}, helmChartDependencies: ${part.charts ?? '[]'}}`]),
    '    systemWorkflows:',
    ...verbs.map((verb) => `      ${verb}:${body(part, verb)}`),
    ...(part.custom === undefined ? [] : ['    customWorkflows:', part.custom]),
  ].join('\n');
}

/** A plan of these resources. */
export function planOf(...parts: Part[]): string {
  return `
name: Versions
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
services:
${parts.map(service).join('\n')}
`;
}
