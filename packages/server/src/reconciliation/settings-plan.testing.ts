/** The plan that is tried against cells which lose its objects: the simulated one and a real one. */
const task = (name: string, action: string, kind: string, data: string) => `
          - name: ${name}
            resource:
              action: ${action}
              manifest: |
                apiVersion: v1
                kind: ${kind}
                metadata: {name: ${name}}${data}`;
const workflow = (verb: string, action: string, data: [string, string]) => `
      ${verb}:
        workflow:
          entrypoint: all
          settleSeconds: 0
          arguments: {parameters: [{name: size, value: "{{ $var.size }}"}]}
          templates:
          - name: all
            dag: {tasks: [{name: settings, template: settings}, {name: access, template: access}]}${task('settings', action, 'ConfigMap', data[0])}${task('access', action, 'Secret', data[1])}`;
const DATA: [string, string] = [
  '\n                data: {size: "{{workflow.parameters.size}}"}',
  '\n                stringData: {user: app}',
];
/** A plan of a ConfigMap and a Secret: created, written again by a modify, deleted. */
export const SETTINGS_PLAN = `name: Settings
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
services:
  - name: Settings
    apiParameters:
      - {key: size, type: Int32, modifiable: true, defaultValue: "1"}
    systemWorkflows:${workflow('create', 'apply', DATA)}${workflow('modify', 'apply', DATA)}${workflow('delete', 'delete', ['', ''])}
`;
