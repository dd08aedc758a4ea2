/** Clouds, regions and availability zones that instances can be in (docs/places.md). */
import { Type } from 'typebox';
import { customer } from '../../access.js';
import { optionalText, text, texts } from '../../field.js';
import { operation } from '../../operation.js';

const access = customer('catalog:read');
const Ids = Type.Object({ ids: texts });
const Region = Type.Object({ id: text, code: text, description: text, cloudProviderId: text, cloudProviderName: text });
const Zone = Type.Object({ id: text, code: text, description: text, regionCode: text, cloudProviderName: text });

export const placeOperations = {
  listCloudProviders: operation({
    id: 'cloud-provider-api#ListCloudProvider',
    api: 'v1',
    route: 'GET /cloud-provider',
    summary: 'Ids of the clouds that a deployment cell stands in',
    access,
    response: Ids,
  }),
  describeCloudProvider: operation({
    id: 'cloud-provider-api#DescribeCloudProvider',
    api: 'v1',
    route: 'GET /cloud-provider/{id}',
    summary: 'One cloud',
    access,
    response: Type.Object({ id: text, name: text, description: text }),
  }),
  getCloudProviderByName: operation({
    id: 'cloud-provider-api#GetCloudProviderByName',
    api: 'v1',
    route: 'GET /cloud-provider/name/{name}',
    summary: 'Id of a cloud by its name',
    access,
    response: text,
  }),
  listRegions: operation({
    id: 'region-api#ListRegion',
    api: 'v1',
    route: 'GET /region/cloudprovider/{cloudProviderName}',
    summary: 'Ids of the regions of a cloud that a deployment cell stands in',
    access,
    response: Ids,
  }),
  describeRegion: operation({
    id: 'region-api#DescribeRegion',
    api: 'v1',
    route: 'GET /region/{id}',
    summary: 'One region',
    access,
    response: Region,
  }),
  getRegionByCode: operation({
    id: 'region-api#GetRegionByCode',
    api: 'v1',
    route: 'GET /region/code/{code}/cloud-provider/{cloudProviderName}',
    summary: 'Id of a region by its code',
    access,
    response: text,
  }),
  listAvailabilityZones: operation({
    id: 'availability-zone-api#ListAvailabilityZone',
    api: 'v1',
    route: 'GET /availability-zone/cloud-provider/{cloudProviderName}',
    summary: 'Ids of the availability zones of a cloud, as far as they are known',
    access,
    response: Ids,
  }),
  listAvailabilityZonesOfRegion: operation({
    id: 'availability-zone-api#ListAvailabilityZonesByRegionCode',
    api: 'v1',
    route: 'GET /availability-zone/region/code/{regionCode}/cloud-provider/{cloudProviderName}',
    summary: 'Availability zones of a region, as far as they are known',
    access,
    /** The reference's portal reads the zones, which its OpenAPI file does not have. */
    response: Type.Object({ ids: texts, availabilityZones: Type.Array(Zone), nextPageToken: optionalText }),
  }),
  getAvailabilityZoneByCode: operation({
    id: 'availability-zone-api#GetAvailabilityZoneByCode',
    api: 'v1',
    route: 'GET /availability-zone/code/{code}/cloud-provider/{cloudProviderName}',
    summary: 'Id of an availability zone by its code',
    access,
    response: text,
  }),
  describeAvailabilityZone: operation({
    id: 'availability-zone-api#DescribeAvailabilityZone',
    api: 'v1',
    route: 'GET /availability-zone/{id}',
    summary: 'One availability zone',
    access,
    response: Zone,
  }),
};
