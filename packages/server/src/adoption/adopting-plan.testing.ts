/** A plan that adopts in tests: one PostgreSQL of the CloudNativePG operator, on the simulated cell and on a real one. */
const task = (verb: string, action: string, body: string) => `
      ${verb}:
        outputParameters:
          image: "$tasks.cluster.resource.status.image"
        workflow:
          entrypoint: all
          activeDeadlineSeconds: 600
          arguments:
            parameters:
            - {name: id, value: "{{ $sys.instanceId }}"}
            - {name: instances, value: "{{ $var.instances }}"}
            - {name: size, value: "{{ $var.storageSize }}"}
            - {name: connections, value: "{{ $var.maxConnections }}"}
          templates:
          - name: all
            dag: {tasks: [{name: cluster, template: cluster}]}
          - name: cluster
            resource:
              action: ${action}${body}`;
const written = `
              successCondition: status.phase == Cluster in healthy state
              manifest: |
                apiVersion: postgresql.cnpg.io/v1
                kind: Cluster
                metadata: {name: "{{workflow.parameters.id}}"}
                spec:
                  instances: {{workflow.parameters.instances}}
                  imageName: ghcr.io/cloudnative-pg/postgresql:15
                  postgresql:
                    parameters:
                      max_connections: "{{workflow.parameters.connections}}"
                  storage: {size: "{{workflow.parameters.size}}"}`;
const deleted = `
              manifest: |
                apiVersion: postgresql.cnpg.io/v1
                kind: Cluster
                metadata: {name: "{{workflow.parameters.id}}"}`;

/** The Cluster of the plan, as somebody has made it by hand. */
export const clusterByHand = (name: string, namespace: string) => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name, namespace },
  spec: {
    instances: 1,
    imageName: 'ghcr.io/cloudnative-pg/postgresql:15',
    postgresql: { parameters: { max_connections: '120' } },
    storage: { size: '1Gi' },
  },
});

export const ADOPTING_PLAN = `name: Small
deployment:
  hostedDeployment: {awsAccountId: "123456789012", awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"}
services:
  - name: Postgres
    apiParameters:
      - {key: instances, type: Int32, modifiable: true, defaultValue: "1"}
      - {key: storageSize, type: String, modifiable: true, defaultValue: "1Gi"}
      - {key: maxConnections, type: Int32, modifiable: true, defaultValue: "100"}
    operatorCRDConfiguration:
      helmChartDependencies:
        - chartName: cloudnative-pg
          chartVersion: 0.28.2
          chartRepoName: cnpg
          chartRepoURL: https://cloudnative-pg.github.io/charts
          chartValues:
            config:
              data:
                POSTGRES_IMAGE_NAME: ghcr.io/cloudnative-pg/postgresql:15
      upgrade:
        restarts:
          - kind: Cluster
            paths: [spec.postgresql.parameters.max_connections]
    systemWorkflows:${task('create', 'apply', written)}${task('modify', 'apply', written)}${task('delete', 'delete', deleted).replace(/\n {8}outputParameters:\n.*/, '')}
`;
