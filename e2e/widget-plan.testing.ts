/** A plan of the simulated cell's `widget-operator`, whose second major version has another definition of the kind. */

/** A plan whose instances are Widgets; `legacy` is what the second version of the operator does not know. */
export function widgets(name: string, chartVersion: string, spec: string, more = ''): string {
  const workflow = (verb: string, action: string, body: string) => `
      ${verb}:
        outputParameters: {}
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: ${action}
                ${action === 'apply' ? 'successCondition: status.phase == Ready' : ''}
                manifest: |
                  apiVersion: operators.example.com/v1
                  kind: Widget
                  metadata:
                    name: widget
                    annotations: {cellplane.dev/simulate: '{"after":"0s","status":{"phase":"Ready"}}'}
${body}`;
  return `name: ${name}
deployment:
  hostedDeployment:
    awsAccountId: "000000000000"
    awsBootstrapRoleAccountArn: "arn:aws:iam::000000000000:role/omnistrate-bootstrap-role"
tenancyType: CUSTOM_TENANCY
services:
  - name: Widget
    apiParameters:
      - {key: color, name: Color, description: Of it, type: String, modifiable: true, defaultValue: red}
    operatorCRDConfiguration:
      helmChartDependencies:
        - chartName: widget-operator
          chartVersion: ${chartVersion}
          chartRepoName: widgets
          chartRepoURL: https://charts.example.com
          ${more}
    systemWorkflows:${workflow('create', 'apply', `                  spec: ${spec}`)}${workflow('modify', 'apply', `                  spec: ${spec}`)}${workflow('delete', 'delete', '')}
`;
}

export const FIRST = '{size: 3, color: "{{ $var.color }}", legacy: kept}';
export const SECOND = '{size: 3, color: red}';
