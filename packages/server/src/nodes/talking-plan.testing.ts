/** A plan of one Pod that writes lines, one of them with its secrets; it ends with an error once there is a file `/tmp/end`. */
const LINES = String.raw`echo "starts with $PASSWORD and $MADE"; echo; n=0; while [ ! -e /tmp/end ]; do n=$((n+1)); echo "line $n of $USER"; sleep 0.2; done; echo "the end"; exit 3`;

const written = `
          - name: access
            resource:
              action: apply
              manifest: |
                apiVersion: v1
                kind: Secret
                metadata: {name: access}
                stringData: {user: app-user, password: "{{workflow.parameters.password}}", made: "made-by-nobody-1"}
          - name: talker
            resource:
              action: apply
              successCondition: status.readyReplicas == 1
              manifest: |
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: talker}
                spec:
                  selector: {matchLabels: {app: talker}}
                  template:
                    metadata: {labels: {app: talker, role: primary}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      automountServiceAccountToken: false
                      containers:
                      - name: talker
                        image: ghcr.io/cloudnative-pg/postgresql:15
                        imagePullPolicy: IfNotPresent
                        command: [sh, -c, '${LINES}']
                        resources: {requests: {cpu: 20m, memory: 32Mi}, limits: {memory: 64Mi}}
                        env:
                        - {name: USER, valueFrom: {secretKeyRef: {name: access, key: user}}}
                        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: access, key: password}}}
                        - {name: MADE, valueFrom: {secretKeyRef: {name: access, key: made}}}`;
const deleted = ['Deployment/talker/apps/v1', 'Secret/access/v1']
  .map((one) => {
    const [kind = '', name = '', ...apiVersion] = one.split('/');
    return `
          - name: ${name}
            resource:
              action: delete
              manifest: |
                apiVersion: ${apiVersion.join('/')}
                kind: ${kind}
                metadata: {name: ${name}}`;
  })
  .join('');

const workflow = (verb: string, tasks: string, templates: string) => `
      ${verb}:
        workflow:
          entrypoint: all
          arguments: {parameters: [{name: password, value: "{{ $var.password }}"}]}
          templates:
          - name: all
            dag: {tasks: [${tasks}]}${templates}`;

/** `features`: such as `{CUSTOMER: {logs: {}}}`. */
export function talkingPlan(features: string): string {
  return `name: Talker
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
features: ${features}
services:
  - name: Talker
    apiParameters:
      - {key: password, type: Password, required: true}
    systemWorkflows:${workflow('create', '{name: access, template: access}, {name: talker, template: talker, dependencies: [access]}', written)}${workflow('delete', '{name: talker, template: talker}, {name: access, template: access}', deleted)}
`;
}
