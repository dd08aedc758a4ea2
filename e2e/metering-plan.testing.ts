/** A plan whose use is known: two Pods with a claim each that count, and one beside them that does not. On the simulated cell and on a real one. */
import { planText } from './explained/plan.testing.js';

/** Of a Pod that counts. */
export const REQUESTED = { cpu: 0.02, memory: 1 / 32, storage: 1 };
export const REPLICAS = 2;
/** Of an hour of a core, a GiB of memory, a GiB of storage. */
export const PRICES = { cpu: 100, memory: 10, storage: 1 };

const set = (name: string, replicas: number, labels: string, cpu: string) => ({
  name,
  resource: `action: apply\nsuccessCondition: status.readyReplicas == ${replicas}`,
  manifest: `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  serviceName: ${name}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}${labels}}}
    spec:
      terminationGracePeriodSeconds: 0
      automountServiceAccountToken: false
      containers:
      - name: main
        image: ghcr.io/cloudnative-pg/postgresql:15
        imagePullPolicy: IfNotPresent
        command: [sleep, infinity]
        resources: {requests: {cpu: ${cpu}, memory: 32Mi}}
        volumeMounts: [{name: data, mountPath: /data}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}`,
});

const gone = (name: string) => ({
  name,
  resource: 'action: delete',
  manifest: `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: ${name}}`,
});

export const METERING_PLAN = `${planText('Metered', {
  create: [set('billed', REPLICAS, ', omnistrate.com/include-customer-billing: "true"', '20m'), set('free', 1, '', '50m')],
  delete: [gone('billed'), gone('free')],
})}pricing:
  - {dimension: cpu, unit: cores, timeUnit: hour, price: ${PRICES.cpu}}
  - {dimension: memory, unit: GiB, timeUnit: hour, price: ${PRICES.memory}}
  - {dimension: storage, unit: GiB, timeUnit: hour, price: ${PRICES.storage}}
  - {dimension: deploymentCell, timeUnit: month, price: 1000}
`;
