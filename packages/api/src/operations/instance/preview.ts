/** Our own under `/api/`: what a modify, an upgrade or a restore would change, before it is asked for (docs/diff.md). */
import { type Static, Type } from 'typebox';
import {
  anything,
  flag,
  optional,
  optionalFlag,
  optionalText,
  optionalTexts,
  optionalWhole,
  required,
  text,
  texts,
  whole,
} from '../../field.js';
import { customer } from '../../access.js';
import { operation } from '../../operation.js';

const ChangedField = Type.Object({
  /** `spec.postgresql.parameters.max_connections`, `spec.containers[name=app].image`. */
  path: text,
  /** Absent: the field is not there before. */
  before: optional(anything),
  /** Absent: the field is taken away. */
  after: optional(anything),
  /** Field managers that own the field now. */
  owners: texts,
  /** It holds a secret: that it changes is all that is told. */
  hidden: optionalFlag,
  /** What it comes to is only known when the change runs. */
  later: optionalFlag,
});

const ObjectChange = Type.Object({
  /** create, change, delete, unchanged or unknown. */
  action: text,
  apiVersion: text,
  kind: text,
  namespace: text,
  name: text,
  /** Key of the plan's resource, and the tasks of its workflow that write the object. */
  resource: text,
  tasks: texts,
  fields: Type.Array(ChangedField),
  /** Fields that are not listed: there are too many. */
  moreFields: optionalWhole,
  /** Why the change would fail at this object, in the API server's words. */
  refused: optionalText,
  refusedCode: optionalText,
  /** Fields that the refusal calls unchangeable. */
  immutable: optionalTexts,
  /** The plan declares that what changes here makes the product restart. */
  restarts: flag,
  /** What is not known, and why. */
  why: optionalText,
});
export type ObjectChange = Static<typeof ObjectChange>;

const ChartChange = Type.Object({
  chart: text,
  repositoryUrl: text,
  /** What is installed; absent: nothing is. */
  from: optionalText,
  to: text,
  /** install, upgrade, values, keep or refuse. */
  action: text,
  message: optionalText,
  /** Instances of the cell whose plans name the chart; for people of the provider. */
  instances: optionalWhole,
});

export const ChangePreview = Type.Object({
  instanceId: text,
  /** modify, upgrade or restore. */
  kind: text,
  /** Something of an object or a chart would change, or may. */
  changes: flag,
  steps: Type.Array(Type.Object({ verb: text, resource: text, planVersion: text, tasks: whole, assumed: texts })),
  objects: Type.Array(ObjectChange),
  charts: Type.Array(ChartChange),
  /** Why the change would fail. Empty: nothing is known against it. */
  problems: Type.Array(Type.Object({ code: text, field: optionalText, message: text })),
  /** What the plan declares to restart. */
  restarts: Type.Array(Type.Object({ kind: text, name: text, fields: texts })),
});
export type ChangePreview = Static<typeof ChangePreview>;

export const previewOperations = {
  previewInstanceChange: operation({
    id: 'cellplane#PreviewInstanceChange',
    api: 'ours',
    route: 'POST /api/instances/{id}/preview',
    summary:
      'Preview a modify, an upgrade or a restore, field by field; nothing is written. `targetVersion` asks for an upgrade, `snapshotId` for a restore',
    access: customer('instance:write'),
    body: Type.Object({
      requestParams: optional(anything),
      network_type: optionalText,
      recreateMissing: optionalFlag,
      /** An upgrade to this version of the plan. */
      targetVersion: Type.Optional(required),
      /** Upgrades: what the version drops may go with its data. */
      removeDropped: optionalFlag,
      /** A restore of this snapshot of the instance. */
      snapshotId: Type.Optional(required),
      /** Restores: into the deleted source. */
      restoreToSourceInstance: optionalFlag,
      /** Restores: with another version of the plan. */
      productTierVersionOverride: optionalText,
    }),
    response: ChangePreview,
  }),
};
