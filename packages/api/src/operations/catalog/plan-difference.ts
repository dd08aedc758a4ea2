/** What versions of a plan differ in, and what their provider says of them (docs/environments.md). */
import { type Static, Type } from 'typebox';
import { provider } from '../../access.js';
import { optional, optionalText, optionalTexts, text, textMap } from '../../field.js';
import { TEXT_LIMIT } from '../../limits.js';
import { operation } from '../../operation.js';

const ONE_VERSION = '/service/{serviceId}/productTier/{productTierId}/version-set/{version}' as const;

/** By resource id. */
export const ResourceChangeSets = Type.Record(
  Type.String(),
  Type.Object({
    resourceName: optionalText,
    overallResourceStatus: text,
    resourceChanges: optionalText,
    categorizedResourceChanges: Type.Record(
      Type.String(),
      Type.Object({
        status: text,
        changes: Type.Array(Type.Object({ name: text, changeType: text, attributes: textMap })),
      }),
    ),
  }),
);

/** A part of a plan that only one of two versions has, or both differently. */
export const PlanDifference = Type.Object({
  /** Key of the resource; absent: it is the whole plan's. */
  resource: optionalText,
  /** plan, deployment, feature, resource, parameter, endpoint, instanceType, chart, workflow, access. */
  area: text,
  name: text,
  /** added, removed, changed. */
  change: text,
  /** `lines`: of texts of several lines those that differ, with - or + before them. */
  fields: Type.Array(Type.Object({ path: text, before: optionalText, after: optionalText, lines: optionalTexts })),
});
export type PlanDifference = Static<typeof PlanDifference>;

const Metadata = Type.Object({ serviceId: text, productTierId: text, version: text, releaseNotes: optionalText });

export const planDifferenceOperations = {
  diffVersionSets: operation({
    id: 'tier-version-set-api#DiffTierVersionSets',
    api: 'v1',
    route: `GET ${ONE_VERSION}/diff/{anotherVersion}`,
    summary: 'What another version of a plan has that this one has not, or has differently',
    access: provider('catalog:read', '{serviceId}'),
    response: Type.Object({
      serviceId: text,
      productTierId: text,
      version: text,
      anotherVersion: text,
      resourceChangeSets: ResourceChangeSets,
      /** Ours: the same with what is of the whole plan, and with the fields. */
      differences: Type.Array(PlanDifference),
    }),
  }),
  describeVersionSetMetadata: operation({
    id: 'tier-version-set-api#DescribeTierVersionSetMetadata',
    api: 'v1',
    route: `GET ${ONE_VERSION}/metadata`,
    summary: 'Release notes of a version',
    access: provider('catalog:read', '{serviceId}'),
    response: Metadata,
  }),
  updateVersionSetMetadata: operation({
    id: 'tier-version-set-api#UpdateTierVersionSetMetadata',
    api: 'v1',
    route: `PATCH ${ONE_VERSION}/metadata`,
    summary: 'Write the release notes of a version, which customers may read',
    access: provider('catalog:write', '{serviceId}'),
    body: Type.Object({ releaseNotes: optional(Type.String({ maxLength: TEXT_LIMIT })) }),
    response: Metadata,
  }),
};
