/** Handlers of the lists of instances that pages show. */
import type { Handlers } from '@cellplane/api';
import { badRequest } from '../../errors.js';
import { isCustomer, type Viewer } from '../../identity/viewer.js';
import { statusDescription } from '../wire.js';
import { readDate } from '../../request-text/moment.js';
import type { Database } from '../../database/database.js';
import {
  countFacets,
  countStates,
  LISTING_SORTS,
  LISTING_STATES,
  type ListingFilter,
  type ListingPlace,
  type ListingRow,
  selectListing,
  type Sorting,
} from './listing-store.js';

export type ListingHandlers = Pick<Handlers, 'listSeenInstances' | 'countSeenInstances'>;

type Listed = Awaited<ReturnType<Handlers['listSeenInstances']>>['instances'][number];

/** Words, and values of one filter, that are looked at. */
const MOST_WORDS = 8;
const MOST_VALUES = 100;

/** Which of them customers do not see. */
const OF_PROVIDERS = ['cell', 'owner'];

export function listingHandlers({ db }: { db: Database }): ListingHandlers {
  return {
    async listSeenInstances({ query, caller }) {
      const { rows, ...page } = await selectListing(db, caller, filterOf(query), { ...query, sorting: sortingOf(query.sort) });
      return { instances: rows.map((row) => onWire(row, caller)), ...page };
    },
    async countSeenInstances({ query, caller }) {
      const place = placeOf(query);
      const [states, counted] = [await countStates(db, caller, place), await countFacets(db, caller, place)];
      const facets: Record<string, { value: string; label: string; count: number }[]> = {};
      for (const { facet, ...one } of counted) if (!isCustomer(caller) || !OF_PROVIDERS.includes(facet)) (facets[facet] ??= []).push(one);
      return { ...states, facets };
    },
  };
}

type Query = Parameters<ListingHandlers['listSeenInstances']>[0]['query'];

function filterOf(query: Query): ListingFilter {
  const state = valuesOf(query.state);
  const wrong = state.find((one) => !LISTING_STATES.includes(one));
  if (wrong !== undefined) throw unknownWord('state', LISTING_STATES);
  return {
    words: (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS),
    id: valuesOf(query.id),
    status: valuesOf(query.status),
    state,
    waitsFor: valuesOf(query.waitsFor),
    ...placeOf(query),
    plan: valuesOf(query.plan),
    version: valuesOf(query.version),
    cell: valuesOf(query.cell),
    cloud: valuesOf(query.cloud),
    region: valuesOf(query.region),
    owner: valuesOf(query.owner),
    tag: valuesOf(query.tag),
    createdAfter: momentOf(query.createdAfter, 'createdAfter'),
    createdBefore: momentOf(query.createdBefore, 'createdBefore'),
  };
}

function placeOf({ product, environment }: Pick<Query, 'product' | 'environment'>): ListingPlace {
  return { product: valuesOf(product), environment: valuesOf(environment) };
}

/** What stands beside each other with commas; `\,` is a comma within one. */
function valuesOf(text = ''): string[] {
  return text
    .split(/(?<!\\),/)
    .map((one) => one.replaceAll('\\,', ',').trim())
    .filter(Boolean)
    .slice(0, MOST_VALUES);
}

function momentOf(text: string | undefined, field: string): Date | undefined {
  return text === undefined || text === '' ? undefined : readDate(text, field);
}

/** The newest first, unless something else is asked for. */
function sortingOf(sort = ''): Sorting {
  const by = sort.replace(/^-/, '') || 'created';
  if (!LISTING_SORTS.includes(by)) throw unknownWord('sort', LISTING_SORTS);
  return { by, isDescending: sort === '' || sort.startsWith('-') };
}

function unknownWord(field: string, words: readonly string[]) {
  return badRequest('unknown-word', `Invalid request: ${field} is one of ${words.join(', ')}.`, [
    { field, message: `must be one of ${words.join(', ')}` },
  ]);
}

function onWire(row: ListingRow, viewer: Viewer): Listed {
  const { statusMessage, warnings, findings, isLost, createdAt, operationId, operationKind, operationStartedAt, waits, paused } = row;
  const { cellId, cell, ownerId, owner } = row;
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    statusDescription: statusDescription({ statusMessage, warnings, findings }),
    health: row.status === 'FAILED' || isLost ? 'UNHEALTHY' : row.status === 'RUNNING' ? 'HEALTHY' : 'UNKNOWN',
    serviceId: row.serviceId,
    serviceName: row.serviceName,
    environmentId: row.environmentId,
    environmentName: row.environmentName,
    environmentType: row.environmentType,
    planId: row.planId,
    planName: row.planName,
    version: row.version,
    resourceId: row.resourceId,
    resourceKey: row.resourceKey,
    subscriptionId: row.subscriptionId,
    cloudProvider: row.cloudProvider,
    region: row.region,
    ...(isCustomer(viewer) ? {} : { cellId, cell, ownerId, owner }),
    createdAt: createdAt.toISOString(),
    tags: row.tags,
    deletionProtection: row.deletionProtection,
    ...(operationId === null || operationStartedAt === null
      ? {}
      : {
          operation: {
            id: operationId,
            kind: operationKind ?? '',
            startedAt: operationStartedAt.toISOString(),
            waits,
            paused: paused ?? false,
          },
        }),
  };
}
