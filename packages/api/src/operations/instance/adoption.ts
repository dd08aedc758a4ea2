/** Our own under `/api/`: an instance is made of a custom resource that runs already (docs/adopt.md). */
import { type Static, Type } from 'typebox';
import { anything, optional, optionalFlag, optionalText, required, text } from '../../field.js';
import { provider } from '../../access.js';
import { operation } from '../../operation.js';
import { ChangePreview } from './preview.js';

export const Adoption = Type.Object({
  /** The id that the instance has, or would have: the plan calls its object after it. */
  instanceId: text,
  /** Of the workflow that adopts; absent in a preview. */
  workflowId: optionalText,
  /** Why it is not carried out; empty: it may be. */
  refusals: Type.Array(Type.Object({ code: text, message: text })),
  preview: ChangePreview,
});
export type Adoption = Static<typeof Adoption>;

export const adoptionOperations = {
  adoptInstance: operation({
    id: 'cellplane#AdoptInstance',
    api: 'ours',
    route: 'POST /api/adopt',
    summary: 'Make an instance of a custom resource that runs already; with dryRun only say what would change',
    access: provider('cell:write', 'organization'),
    body: Type.Object({
      /** Id of the plan. */
      planId: required,
      planVersion: optionalText,
      /** Of the plan's resource, where it has several. */
      resourceKey: optionalText,
      /** The workflow that adopts: create or modify. @default create */
      workflow: optionalText,
      /** Id or key. @default default */
      cell: optionalText,
      kind: required,
      /** Where the plan has the kind of several groups. */
      apiVersion: optionalText,
      namespace: required,
      name: required,
      subscriptionId: optionalText,
      networkType: optionalText,
      requestParams: optional(anything),
      /** The plan may change what is there, but nothing that it declares to restart the product. */
      allowChanges: optionalFlag,
      allowRestart: optionalFlag,
      dryRun: optionalFlag,
    }),
    response: Adoption,
    successStatus: 202,
  }),
};
