/** The example plan, and a second version of it as its author may write one. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Of the operator, in the first version and in the second. */
export const [CHART, NEXT_CHART] = ['0.28.2', '0.28.3'];

/** The example plan as it is. */
export const firstVersion = await readFile(fileURLToPath(new URL('../examples/postgres-operator/spec.yaml', import.meta.url)), 'utf8');

/** Puts something in place of a text that must be there once. */
function put(text: string, place: string, to: string): string {
  if (text.split(place).length !== 2) throw new Error(`the example plan has no, or more than one: ${place}`);
  return text.replace(place, () => to);
}

/** Version 2: a parameter of PostgreSQL that restarts it, a newer operator chart, one more resource, and a check after the upgrade. */
export function secondVersion(): string {
  const parameter = `      - key: sharedBuffers
        name: Shared Buffers
        type: String
        required: true
        modifiable: true
        defaultValue: "48MB"
`;
  const check = `
      - verb: checkServing
        displayName: Check that it serves
        workflow:
          entrypoint: check
          templates:
            - name: check
              resource:
                action: get
                successCondition: status.phase == Cluster in healthy state
                manifest: |
                  apiVersion: postgresql.cnpg.io/v1
                  kind: Cluster
                  metadata:
                    name: "{{ $sys.instanceId }}"
`;
  const leaf = (verb: string, action: string, more: string) => `
      ${verb}:
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: ${action}
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: "{{ $sys.instanceId }}-limits"}${more}`;
  const data = '\n                  data: {statementTimeout: "30s"}';
  const added = `
  - name: Limits
    internal: true
    systemWorkflows:${leaf('create', 'apply', data)}${leaf('modify', 'apply', data)}${leaf('delete', 'delete', '')}
`;
  let spec = put(
    firstVersion,
    '      - key: backupBucket\n        name: Backup Bucket',
    `${parameter}      - key: backupBucket\n        name: Backup Bucket`,
  );
  spec = put(spec, `chartVersion: ${CHART}`, `chartVersion: ${NEXT_CHART}`);
  spec = put(
    spec,
    '    operatorCRDConfiguration:\n',
    '    dependsOn: [Limits]\n    operatorCRDConfiguration:\n      upgrade: {verify: checkServing, rollback: true, restarts: [{kind: Cluster, paths: [spec.postgresql.parameters]}]}\n',
  );
  spec = put(spec, '    customWorkflows:\n', `    customWorkflows:${check}`);
  // The second one of the spec is that of modify.
  const at = spec.indexOf('max_connections: "{{inputs.parameters.maxConnections}}"', spec.indexOf('- name: patch-cluster\n'));
  spec = `${spec.slice(0, at)}shared_buffers: "{{ $var.sharedBuffers }}"\n                        ${spec.slice(at)}`;
  return `${spec.trimEnd()}\n${added}`;
}
