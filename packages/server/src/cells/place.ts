/** Places: the clouds and regions that deployment cells stand in, and which of them a request names. Pure. */
import { cut } from '@cellplane/plan';
import { badRequest, type DomainError, invalidState } from '../errors.js';

/** One region of one cloud that a cell serves. */
export interface Place {
  cloudProvider: string;
  region: string;
  /** Availability zones, as far as they are known. */
  zones: string[];
}

/** What a request says of where an instance shall be. Empty: anywhere. */
export interface PlaceWish {
  cloudProvider: string;
  region: string;
}

interface PlacedCell {
  key: string;
  isDefault: boolean;
  /** The first is where an instance goes that asks for nowhere in particular. Empty: not known yet. */
  places: Place[];
}

/** Cluster that no cloud provider runs: the reference's words for it. */
export const ON_PREMISES: Place = { cloudProvider: 'byoc-onprem', region: 'on-prem', zones: [] };

/** The simulated cell plays a cluster in each of these, so that plans for several places can be tried. */
export const SIMULATED_PLACES: Place[] = [
  ...['us-east-1', 'us-west-2', 'ca-central-1', 'eu-central-1'].map((region) => ({
    cloudProvider: 'aws',
    region,
    zones: ['a', 'b', 'c'].map((zone) => region + zone),
  })),
  ...['us-central1', 'europe-west3'].map((region) => ({
    cloudProvider: 'gcp',
    region,
    zones: ['a', 'b', 'c'].map((zone) => `${region}-${zone}`),
  })),
];

/**
 * The cell and place that fit the wish, spelled as the cell spells them; the default cell's come first. `isOffered` says why a plan is not
 * offered on a cloud. @throws DomainError bad_request naming the field and what is served; invalid_state while there is no cell
 */
export function choosePlace<C extends PlacedCell>(
  cells: C[],
  wish: PlaceWish,
  notOffered: (cloudProvider: string) => string | undefined = () => undefined,
): { cell: C; place: Place } {
  const [first] = cells;
  if (first === undefined) {
    throw invalidState(
      'no-deployment-cell',
      'There is no deployment cell yet. Start Cellplane with CELLPLANE_KUBECONFIG, or without it for the simulated cell.',
    );
  }
  const ordered = cells.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault));
  const all = ordered.flatMap((cell) => cell.places.map((place) => ({ cell, place })));
  if (all.length === 0) {
    if (wish.cloudProvider === '' && wish.region === '')
      return { cell: ordered[0] ?? first, place: { cloudProvider: '', region: '', zones: [] } };
    throw invalidState(
      'places-unknown',
      `Where cell ${first.key} stands is not known yet: it has not answered so far. Try again, or set CELLPLANE_CELL_PLACES.`,
    );
  }
  const fitting = all.filter(({ place }) => fits(place.cloudProvider, wish.cloudProvider) && fits(place.region, wish.region));
  const chosen = fitting.find(({ place }) => notOffered(place.cloudProvider) === undefined);
  if (chosen !== undefined) return chosen;
  throw refusal(
    all.map(({ place }) => place),
    fitting.map(({ place }) => place),
    wish,
    notOffered,
  );
}

function refusal(all: Place[], fitting: Place[], wish: PlaceWish, notOffered: (cloudProvider: string) => string | undefined): DomainError {
  const offered = all.filter((place) => notOffered(place.cloudProvider) === undefined);
  const list = offered.length === 0 ? 'nowhere here' : `in ${namesOf(offered)}`;
  const [closed] = fitting;
  const reason = closed === undefined ? undefined : notOffered(closed.cloudProvider);
  if (reason !== undefined) {
    const message = `${reason} It is offered ${list}.`;
    return badRequest('cloud-provider-not-offered', message, [
      { field: 'cloud_provider', code: 'cloud-provider-not-offered', message: reason },
    ]);
  }
  const inCloud = all.filter((place) => fits(place.cloudProvider, wish.cloudProvider));
  const field = inCloud.length === 0 ? 'cloud_provider' : 'region';
  const code = inCloud.length === 0 ? 'cloud-provider-not-served' : 'region-not-served';
  const what = [wish.cloudProvider, wish.region].filter((text) => text !== '').join(' ');
  return badRequest(code, `No deployment cell serves "${cut(what)}". Instances can be made ${list}.`, [
    { field, code, message: `is not served; use one of ${namesOf(inCloud.length === 0 ? offered : inCloud)}` },
  ]);
}

/** `aws us-east-1, aws us-west-2`. */
function namesOf(places: Place[]): string {
  return [...new Set(places.map((place) => `${place.cloudProvider} ${place.region}`))].join(', ');
}

/** Names of clouds and regions are compared ignoring case; an empty wish fits all. */
function fits(name: string, wish: string): boolean {
  return wish === '' || name.toLowerCase() === wish.toLowerCase();
}

/** The place of the cell that an instance is in; for one that says something else (made before places were checked), the cell's first. */
export function placeIn(cell: Pick<PlacedCell, 'places'>, instance: PlaceWish): Place {
  const own = cell.places.find((place) => fits(place.cloudProvider, instance.cloudProvider) && fits(place.region, instance.region));
  return own ?? cell.places[0] ?? { ...instance, zones: [] };
}

/** The network types that are served, as they are shown. */
export const NETWORK_TYPES = ['PUBLIC', 'INTERNAL'] as const;
export type NetworkType = (typeof NETWORK_TYPES)[number];

/** Reads `network_type`, in any case. @throws DomainError bad_request naming the field and what is served */
export function readNetworkType(text: string): NetworkType {
  const found = NETWORK_TYPES.find((type) => type === text.toUpperCase());
  if (found !== undefined) return found;
  throw badRequest(
    'network-type-not-served',
    `network_type "${cut(text)}" is not served here; use ${NETWORK_TYPES.join(' or ')}, or leave it out.`,
    [{ field: 'network_type', code: 'network-type-not-served', message: `must be one of ${NETWORK_TYPES.join(', ')}` }],
  );
}
