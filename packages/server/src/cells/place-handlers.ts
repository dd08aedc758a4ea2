/** Handlers of clouds, regions and zones: what the deployment cells stand in, and nothing else. */
import type { Handlers } from '@cellplane/api';
import { notFound } from '../errors.js';
import type { Place } from './place.js';

export type PlaceHandlers = Pick<
  Handlers,
  | 'listCloudProviders'
  | 'describeCloudProvider'
  | 'getCloudProviderByName'
  | 'listRegions'
  | 'describeRegion'
  | 'getRegionByCode'
  | 'listAvailabilityZones'
  | 'listAvailabilityZonesOfRegion'
  | 'getAvailabilityZoneByCode'
  | 'describeAvailabilityZone'
>;

const DESCRIPTIONS: Record<string, string> = {
  aws: 'Amazon Web Services',
  gcp: 'Google Cloud',
  azure: 'Microsoft Azure',
  oci: 'Oracle Cloud',
  nebius: 'Nebius',
  'byoc-onprem': 'A cluster of no cloud',
};

/** `list`: the cells' places; of two cells in one region it is named once. */
export function placeHandlers(list: () => Promise<readonly { places: readonly Place[] }[]>): PlaceHandlers {
  const regions = async () => {
    const found = new Map<string, Place>();
    for (const place of (await list()).flatMap(({ places }) => places)) {
      const before = found.get(regionId(place));
      found.set(regionId(place), { ...place, zones: [...new Set([...(before?.zones ?? []), ...place.zones])] });
    }
    return [...found.values()];
  };
  const zones = async () => (await regions()).flatMap((place) => place.zones.map((zone) => ({ place, zone })));
  /** @throws DomainError not_found for a cloud that no cell stands in */
  const ofCloud = async (name: string) => {
    const wanted = name.trim().toLowerCase();
    const found = (await regions()).filter(({ cloudProvider }) => cloudProvider === wanted);
    if (found.length === 0) throw notFound('cloud provider', name);
    return found;
  };
  const cloud = async (name: string) => (await ofCloud(name))[0]?.cloudProvider ?? '';
  const named = <T>(found: T | undefined, what: string, name: string): T => {
    if (found === undefined) throw notFound(what, name);
    return found;
  };
  return {
    listCloudProviders: async () => ({ ids: [...new Set((await regions()).map(({ cloudProvider }) => cloudProvider))] }),
    async describeCloudProvider({ params }) {
      const name = await cloud(params.id);
      return { id: name, name, description: DESCRIPTIONS[name] ?? name };
    },
    getCloudProviderByName: ({ params }) => cloud(params.name),
    listRegions: async ({ params }) => ({ ids: (await ofCloud(params.cloudProviderName)).map(regionId) }),
    async describeRegion({ params }) {
      const place = (await regions()).find((one) => regionId(one) === params.id);
      const { cloudProvider, region } = named(place, 'region', params.id);
      return { id: params.id, code: region, description: region, cloudProviderId: cloudProvider, cloudProviderName: cloudProvider };
    },
    async getRegionByCode({ params }) {
      const place = (await ofCloud(params.cloudProviderName)).find(({ region }) => region === params.code);
      return regionId(named(place, 'region', params.code));
    },
    async listAvailabilityZones({ params }) {
      return { ids: (await ofCloud(params.cloudProviderName)).flatMap((place) => place.zones.map((zone) => zoneId(place, zone))) };
    },
    async listAvailabilityZonesOfRegion({ params }) {
      const found = (await ofCloud(params.cloudProviderName)).find(({ region }) => region === params.regionCode);
      const place = named(found, 'region', params.regionCode);
      const availabilityZones = place.zones.map((zone) => zoneOnWire(place, zone));
      return { ids: availabilityZones.map(({ id }) => id), availabilityZones };
    },
    async getAvailabilityZoneByCode({ params }) {
      const place = (await ofCloud(params.cloudProviderName)).find((one) => one.zones.includes(params.code));
      return zoneId(named(place, 'availability zone', params.code), params.code);
    },
    async describeAvailabilityZone({ params }) {
      const found = (await zones()).find(({ place, zone }) => zoneId(place, zone) === params.id);
      const { place, zone } = named(found, 'availability zone', params.id);
      return zoneOnWire(place, zone);
    },
  };
}

/** Places have no rows; their ids say what they are. */
function regionId({ cloudProvider, region }: Place): string {
  return `${cloudProvider}.${region}`;
}

function zoneId({ cloudProvider }: Place, zone: string): string {
  return `${cloudProvider}.${zone}`;
}

function zoneOnWire(place: Place, zone: string) {
  return { id: zoneId(place, zone), code: zone, description: zone, regionCode: place.region, cloudProviderName: place.cloudProvider };
}
