/** A plan with secrets of the customer's: two that a modify may change, one of which is shown to nobody, and one that it may not. */
const workflow = (verb: string) => `
      ${verb}:
        workflow:
          entrypoint: access
          settleSeconds: 0
          arguments:
            parameters:
            - {name: token, value: "{{ $var.token }}"}
          templates:
          - name: access
            resource:
              action: apply
              manifest: |
                apiVersion: v1
                kind: Secret
                metadata: {name: access}
                stringData: {token: "{{workflow.parameters.token}}"}`;

export const ROTATING_PLAN = `name: Vault
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
services:
  - name: Vault
    apiParameters:
      - {key: token, displayName: Access Token, type: Password, modifiable: true, required: true, export: true, limits: {minLength: 8, maxLength: 20}}
      - {key: hidden, displayName: Hidden Key, type: Password, modifiable: true, defaultValue: never-shown}
      - {key: seed, displayName: Seed, type: Password, export: true, defaultValue: never-changed}
    systemWorkflows:${workflow('create')}${workflow('modify')}
      delete:
        workflow:
          entrypoint: access
          templates:
          - name: access
            resource:
              action: delete
              manifest: |
                apiVersion: v1
                kind: Secret
                metadata: {name: access}
`;
