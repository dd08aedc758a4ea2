/** Instances as pages list them: searched, filtered and sorted by the server, for the portal and the console alike. */
import { type Static, Type } from 'typebox';
import { customer } from '../../access.js';
import { customTag, flag, optional, optionalText, optionalWhole, text, whole } from '../../field.js';
import { operation } from '../../operation.js';

/** Where instances are. */
const place = {
  /** Ids of products. */
  product: optionalText,
  /** Ids of environments. */
  environment: optionalText,
};

/** Several values of one field stand beside each other with commas, a comma within one as `\,`; a row has one of them. Empty texts ask for nothing. */
const filters = {
  /** Words; a row has all of them, in its id, name, tags, product, plan, version, place or owner. */
  q: optionalText,
  id: optionalText,
  status: optionalText,
  /** failed, unhealthy (FAILED, or lost in its cell), underWay, waiting, warned, differs (its cell has not what it should). */
  state: optionalText,
  /** What an open run waits for, as the fleet groups it: a cause, then after a space what it is of, such as `gate Cluster`; not for customers. */
  waitsFor: optionalText,
  ...place,
  /** Ids of plans. */
  plan: optionalText,
  version: optionalText,
  /** Ids of deployment cells; not for customers. */
  cell: optionalText,
  cloud: optionalText,
  region: optionalText,
  /** Ids of customers' organizations; not for customers. */
  owner: optionalText,
  /** `key=value`, or a key alone. */
  tag: optionalText,
  createdAfter: optionalText,
  createdBefore: optionalText,
};

const ListedInstance = Type.Object({
  id: text,
  /** The value of its tag `name`; empty: nobody has named it. */
  name: text,
  status: text,
  /** Why it is as it is, then what a person should know beside. */
  statusDescription: text,
  /** HEALTHY, UNHEALTHY (FAILED, or what holds its product was lost), or UNKNOWN. */
  health: text,
  serviceId: text,
  serviceName: text,
  environmentId: text,
  environmentName: text,
  environmentType: text,
  planId: text,
  planName: text,
  version: text,
  resourceId: text,
  resourceKey: text,
  subscriptionId: text,
  cloudProvider: text,
  region: text,
  /** Not for customers. */
  cellId: optionalText,
  cell: optionalText,
  ownerId: optionalText,
  owner: optionalText,
  createdAt: text,
  tags: Type.Array(customTag),
  deletionProtection: flag,
  /** The operation under way. */
  operation: optional(Type.Object({ id: text, kind: text, startedAt: text, waits: flag, paused: flag })),
});
export type ListedInstance = Static<typeof ListedInstance>;

const Facet = Type.Object({ value: text, label: text, count: whole });

export const listingOperations = {
  listSeenInstances: operation({
    id: 'cellplane#ListSeenInstances',
    api: 'ours',
    route: 'GET /api/instances',
    summary: 'Instances that the caller may see, searched, filtered and sorted',
    access: customer('instance:read'),
    query: Type.Object({
      ...filters,
      /** name, status, plan, place, cell, owner or created; `-created`: the last first. */
      sort: optionalText,
      pageSize: optionalWhole,
      nextPageToken: optionalText,
    }),
    response: Type.Object({
      instances: Type.Array(ListedInstance),
      nextPageToken: optionalText,
      /** Of all that are found; on the first page. */
      total: optionalWhole,
    }),
  }),
  countSeenInstances: operation({
    id: 'cellplane#CountSeenInstances',
    api: 'ours',
    route: 'GET /api/instances/counts',
    summary: 'How many instances the caller may see, by what they can be filtered by',
    access: customer('instance:read'),
    query: Type.Object(place),
    response: Type.Object({
      total: whole,
      failed: whole,
      unhealthy: whole,
      underWay: whole,
      waiting: whole,
      /** status, product, plan, version, cloud, region; cell and owner, not for customers; subscription, for them alone → what there is of it, with how many. */
      facets: Type.Record(Type.String(), Type.Array(Facet)),
    }),
  }),
};
