import type { Caller } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { placeHandlers } from './place-handlers.js';

const place = (cloudProvider: string, region: string, ...zones: string[]) => ({ cloudProvider, region, zones });
const handlers = placeHandlers(async () => [
  { places: [place('aws', 'us-east-1', 'us-east-1a', 'us-east-1b'), place('gcp', 'europe-west3')] },
  { places: [place('aws', 'us-east-1', 'us-east-1b', 'us-east-1c'), place('aws', 'eu-central-1')] },
  { places: [] },
]);
const caller: Caller = { userId: 'user-1', email: 'a@example.com', orgId: 'org-1', roleType: 'root' };
const by = <P>(params: P) => ({ params, query: {}, body: undefined, caller });

describe('places of cells', () => {
  it('are clouds, each once', async () => {
    expect(await handlers.listCloudProviders(by({}))).toEqual({ ids: ['aws', 'gcp'] });
    expect(await handlers.getCloudProviderByName(by({ name: 'AWS' }))).toBe('aws');
    expect(await handlers.describeCloudProvider(by({ id: 'aws' }))).toEqual({ id: 'aws', name: 'aws', description: 'Amazon Web Services' });
  });

  it('are regions, each once', async () => {
    expect(await handlers.listRegions(by({ cloudProviderName: 'aws' }))).toEqual({ ids: ['aws.us-east-1', 'aws.eu-central-1'] });
    const id = await handlers.getRegionByCode(by({ code: 'europe-west3', cloudProviderName: 'gcp' }));
    const described = { id, code: 'europe-west3', description: 'europe-west3', cloudProviderId: 'gcp', cloudProviderName: 'gcp' };
    expect(await handlers.describeRegion(by({ id }))).toEqual(described);
  });

  it('are zones, as far as they are known', async () => {
    const ids = ['aws.us-east-1a', 'aws.us-east-1b', 'aws.us-east-1c'];
    expect(await handlers.listAvailabilityZones(by({ cloudProviderName: 'aws' }))).toEqual({ ids });
    const region = await handlers.listAvailabilityZonesOfRegion(by({ regionCode: 'us-east-1', cloudProviderName: 'aws' }));
    expect(region).toMatchObject({
      ids,
      availabilityZones: [{ code: 'us-east-1a', cloudProviderName: 'aws', regionCode: 'us-east-1' }, {}, {}],
    });
    expect(await handlers.getAvailabilityZoneByCode(by({ code: 'us-east-1c', cloudProviderName: 'aws' }))).toBe(ids[2]);
    expect(await handlers.describeAvailabilityZone(by({ id: 'aws.us-east-1a' }))).toEqual(region.availabilityZones[0]);
  });

  it('that no cell stands in are not there', async () => {
    const refused = [
      handlers.describeCloudProvider(by({ id: 'azure' })),
      handlers.listRegions(by({ cloudProviderName: '' })),
      handlers.describeRegion(by({ id: 'aws.moon' })),
      handlers.getRegionByCode(by({ code: 'europe-west3', cloudProviderName: 'aws' })),
      handlers.listAvailabilityZonesOfRegion(by({ regionCode: 'moon', cloudProviderName: 'aws' })),
      handlers.getAvailabilityZoneByCode(by({ code: 'us-east-1z', cloudProviderName: 'aws' })),
      handlers.describeAvailabilityZone(by({ id: 'gcp.a' })),
    ];
    for (const one of await Promise.allSettled(refused)) expect(one).toMatchObject({ reason: { kind: 'not_found' } });
  });
});
