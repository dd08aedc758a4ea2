/** A plan whose objects others change in tests: a ConfigMap and a Secret, written by create and modify, patched and deleted by stop. */
const workflow = (verb: string, tasks: string, templates: string) => `
      ${verb}:
        workflow:
          entrypoint: all
          settleSeconds: 0
          arguments:
            parameters:
            - {name: size, value: "{{ $var.size }}"}
            - {name: password, value: "{{ $var.password }}"}
          templates:
          - name: all
            dag: {tasks: [${tasks}]}${templates}`;
const BOTH = '{name: settings, template: settings}, {name: access, template: access}';
const written = `
          - name: settings
            resource:
              action: apply
              manifest: |
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {size: "{{workflow.parameters.size}}", note: "a note"}
          - name: access
            resource:
              action: apply
              manifest: |
                apiVersion: v1
                kind: Secret
                metadata: {name: access}
                stringData: {user: app, password: "{{workflow.parameters.password}}"}`;
const stopped = `
          - name: settings
            resource:
              action: patch
              mergeStrategy: merge
              manifest: |
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {mode: stopped}
          - name: access
            resource:
              action: delete
              manifest: |
                apiVersion: v1
                kind: Secret
                metadata: {name: access}`;
const deleted = ['settings', 'access']
  .map(
    (name) => `
          - name: ${name}
            resource:
              action: delete
              manifest: |
                apiVersion: v1
                kind: ${name === 'settings' ? 'ConfigMap' : 'Secret'}
                metadata: {name: ${name}}`,
  )
  .join('');

export const DRIFTING_PLAN = `name: Settings
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
services:
  - name: Settings
    apiParameters:
      - {key: size, type: Int32, modifiable: true, defaultValue: "1"}
      - {key: password, type: Password, modifiable: true, required: true}
    systemWorkflows:${workflow('create', BOTH, written)}${workflow('modify', BOTH, written)}${workflow('stop', BOTH, stopped)}${workflow('delete', BOTH, deleted)}
`;
