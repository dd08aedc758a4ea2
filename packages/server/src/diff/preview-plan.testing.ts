/** A plan whose modify does everything that a workflow can: applies, creates, patches, deletes, loops, conditions; with secrets and random values. */

/** `more`: tasks and templates of the modify; `service`: of the service, such as the policy of upgrades. */
export function previewPlan({ service = '' }: { service?: string } = {}): string {
  return `name: Preview
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
services:
  - name: Main
    apiParameters:
      - {key: size, type: Int32, modifiable: true, defaultValue: "1"}
      - {key: password, type: Password, modifiable: true, defaultValue: "first-password"}
      - {key: extra, type: String, modifiable: true, defaultValue: "no"}
      - {key: immutable, type: String, modifiable: true, defaultValue: "one"}${service}
    systemWorkflows:${workflow('create', ['settings', 'access', 'fixed', 'old'])}${workflow('modify', [
      'settings',
      'access',
      'fixed',
      'patch',
      'once',
      'remove',
      'many',
      'rare',
    ])}${workflow('delete', ['drop'])}
`;
}

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
              - {name: random, value: "{{ $func.random(string, 12) }}"}
          templates:
          - name: all
            dag:
              tasks:${tasks.map(task).join('')}${templates.join('')}`;
}
