/** A plan whose modify does everything that a workflow can: applies, creates, patches, deletes, loops, conditions; with secrets and random values. */

/** `service`: more of the service, such as its policy of upgrades. `side`: it depends on another one, whose output it uses. */
export function previewPlan({ service = '', side = false }: { service?: string; side?: boolean } = {}): string {
  return `name: Preview
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
services:
  - name: Main
    apiParameters:
      - {key: size, type: Int32, modifiable: true, defaultValue: "1"}
      - {key: password, type: Password, modifiable: true, defaultValue: "first-password"}
      - {key: extra, type: String, modifiable: true, defaultValue: "no"}
      - {key: immutable, type: String, modifiable: true, defaultValue: "one"}${side ? '\n    dependsOn: [Side]' : ''}${service}
    systemWorkflows:${workflow('create', ['settings', 'access', 'fixed', 'old'])}${workflow('modify', [
      'settings',
      'access',
      'fixed',
      'patch',
      'once',
      'remove',
      'many',
      'rare',
      ...(side ? ['uses'] : []),
    ])}${workflow('delete', ['drop'])}${side ? SIDE : ''}
`;
}

const sideWorkflow = (verb: string, action: string) => `
      ${verb}:
        outputParameters: {host: "$tasks.side.resource.metadata.uid"}
        workflow:
          entrypoint: all
          templates:
          - name: all
            dag: {tasks: [{name: side, template: side}]}
          - name: side
            resource:
              action: ${action}
              manifest: |
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: side}`;
const SIDE = `
  - name: Side
    internal: true
    systemWorkflows:${sideWorkflow('create', 'apply')}${sideWorkflow('modify', 'apply')}${sideWorkflow('delete', 'delete').replace(/ *outputParameters.*\n/, '')}
`;

const task = (name: string): string => {
  const loop = name === 'many' ? ', withItems: [a, b]' : '';
  const when = name === 'rare' ? `, when: "{{workflow.parameters.extra}} == yes"` : '';
  const after: Record<string, string> = { patch: 'settings', once: 'settings', remove: 'patch' };
  const depends = after[name] === undefined ? '' : `, dependencies: [${after[name]}]`;
  const item = name === 'many' ? ', arguments: {parameters: [{name: item, value: "{{item}}"}]}' : '';
  return `\n              - {name: ${name}, template: ${name}${depends}${loop}${when}${item}}`;
};

const TEMPLATES: Record<string, [action: string, manifest: string]> = {
  settings: [
    'apply',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data:
                  size: "{{workflow.parameters.size}}"
                  random: "{{workflow.parameters.random}}"`,
  ],
  access: [
    'apply',
    `apiVersion: v1
                kind: Secret
                metadata: {name: access, annotations: {hint: "{{workflow.parameters.password}}"}}
                stringData: {user: app, password: "{{workflow.parameters.password}}"}`,
  ],
  fixed: [
    'apply',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: fixed}
                immutable: true
                data: {value: "{{workflow.parameters.immutable}}"}`,
  ],
  old: [
    'apply',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: old}
                data: {a: b}`,
  ],
  patch: [
    'patch',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {patched: "by size {{workflow.parameters.size}}"}`,
  ],
  once: [
    'create',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: "once-{{workflow.name}}"}
                data: {run: "{{workflow.name}}"}`,
  ],
  remove: [
    'delete',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: old}`,
  ],
  many: [
    'apply',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: "many-{{inputs.parameters.item}}"}
                data: {size: "{{workflow.parameters.size}}"}`,
  ],
  rare: [
    'apply',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: rare}
                data: {a: b}`,
  ],
  uses: [
    'apply',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: uses}
                data: {host: "http://{{workflow.parameters.host}}/", size: "{{workflow.parameters.size}}"}`,
  ],
  drop: [
    'delete',
    `apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}`,
  ],
};

function workflow(verb: string, tasks: string[]): string {
  const templates = tasks.map((name) => {
    const [action, manifest] = TEMPLATES[name] ?? ['', ''];
    const inputs = name === 'many' ? '\n            inputs: {parameters: [{name: item}]}' : '';
    return `
          - name: ${name}${inputs}
            resource:
              action: ${action}
              manifest: |
                ${manifest}`;
  });
  return `
      ${verb}:
        workflow:
          entrypoint: all
          settleSeconds: 0
          arguments:
            parameters:
              - {name: size, value: "{{ $var.size }}"}
              - {name: password, value: "{{ $var.password }}"}
              - {name: extra, value: "{{ $var.extra }}"}
              - {name: immutable, value: "{{ $var.immutable }}"}
              - {name: random, value: "{{ $func.random(string, 12) }}"}${tasks.includes('uses') ? '\n              - {name: host, value: "{{ $side.out.host }}"}' : ''}
          templates:
          - name: all
            dag:
              tasks:${tasks.map(task).join('')}${templates.join('')}`;
}
