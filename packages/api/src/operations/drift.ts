/** Our own under `/api/`: fields of an instance's objects that others have changed since a workflow set them (docs/drift.md). */
import { type Static, Type } from 'typebox';
import { anything, flag, optional, optionalFlag, optionalText, text, texts, whole, within } from '../field.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';

const DriftFinding = Type.Object({
  id: text,
  apiVersion: text,
  kind: text,
  name: text,
  /** `spec.instances`, `metadata.labels["a.b/c"]`, `spec.env[name=A].value`. */
  path: text,
  /** What was applied, and what is there; absent where the field is not there. Of secret fields `***`. */
  ours: optional(anything),
  theirs: optional(anything),
  secret: flag,
  /** Whoever changed the field last, as the object's managedFields tell it; '' where nobody has it now. */
  manager: text,
  /** Apply or Update. */
  operation: optionalText,
  subresource: optionalText,
  /** When that manager has changed any of its fields last. */
  since: optionalText,
  firstSeen: text,
  /** How often it was found anew, the first time included: a field that goes back and forth has many. */
  changes: whole,
  /** open, accepted, reverted. */
  state: text,
  decidedBy: optionalText,
  decidedAt: optionalText,
});

export const InstanceDrift = Type.Object({
  instanceId: text,
  /** When the object that was looked at longest ago was looked at; absent: none was yet. */
  lookedAt: optionalText,
  /** Objects that are looked at. */
  objects: whole,
  findings: Type.Array(DriftFinding),
  /** Objects of which it cannot be told whether they have drifted, and why. */
  troubles: Type.Array(Type.Object({ apiVersion: text, kind: text, name: text, message: text })),
});
export type InstanceDrift = Static<typeof InstanceDrift>;

/** Exactly one of them. */
const Chosen = Type.Object({
  findings: optional(Type.Array(text, { maxItems: 1_000 })),
  /** `Cluster/pg`. */
  object: optionalText,
  all: optionalFlag,
});

export const driftOperations = {
  listDrift: operation({
    id: 'cellplane#ListDrift',
    api: 'ours',
    route: 'GET /api/drift',
    summary: 'Instances whose objects others have changed, the longest drifted first; 500 at most',
    access: provider('fleet:read', 'lists'),
    query: Type.Object(within),
    response: Type.Object({
      instances: Type.Array(
        Type.Object({
          instanceId: text,
          /** The name that people gave it. */
          instanceName: optionalText,
          /** The customer's organization. */
          orgId: text,
          orgName: text,
          serviceId: text,
          environmentId: text,
          open: whole,
          accepted: whole,
          managers: texts,
          firstSeen: text,
        }),
      ),
    }),
  }),
  describeInstanceDrift: operation({
    id: 'cellplane#DescribeInstanceDrift',
    api: 'ours',
    route: 'GET /api/instances/{id}/drift',
    summary: 'Fields of an instance’s objects that others have changed, as the last look found them',
    access: provider('fleet:read', 'lists'),
    response: InstanceDrift,
  }),
  checkInstanceDrift: operation({
    id: 'cellplane#CheckInstanceDrift',
    api: 'ours',
    route: 'POST /api/instances/{id}/drift/check',
    summary: 'Look at an instance’s objects now, and answer what was found',
    access: provider('fleet:operate', 'lists'),
    response: InstanceDrift,
  }),
  acceptInstanceDrift: operation({
    id: 'cellplane#AcceptInstanceDrift',
    api: 'ours',
    route: 'POST /api/instances/{id}/drift/accept',
    summary: 'Accept changed fields: they are not told again until they change again',
    access: provider('fleet:operate', 'lists'),
    body: Chosen,
    response: InstanceDrift,
  }),
  revertInstanceDrift: operation({
    id: 'cellplane#RevertInstanceDrift',
    api: 'ours',
    route: 'POST /api/instances/{id}/drift/revert',
    summary: 'Apply changed objects again as the instance’s workflows have left them',
    access: provider('fleet:operate', 'lists'),
    body: Chosen,
    response: InstanceDrift,
  }),
};
