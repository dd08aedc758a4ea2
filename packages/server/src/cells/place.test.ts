import type { KubernetesObject } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors.js';
import { placesOfNodes } from './node-places.js';
import { choosePlace, ON_PREMISES, placeIn, readNetworkType, SIMULATED_PLACES } from './place.js';

const place = (cloudProvider: string, region: string, zones: string[] = []) => ({ cloudProvider, region, zones });
const far = { key: 'far', isDefault: false, places: [place('azure', 'westeurope'), place('aws', 'us-west-2')] };
const near = { key: 'near', isDefault: true, places: [place('aws', 'us-east-1'), place('aws', 'us-west-2')] };

function refusal(cloudProvider: string, region: string, notOffered?: (cloud: string) => string | undefined): DomainError {
  try {
    choosePlace([far, near], { cloudProvider, region }, notOffered);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('choosePlace', () => {
  it.each([
    ['', '', 'near', 'aws us-east-1'],
    ['AWS', '', 'near', 'aws us-east-1'],
    ['aws', 'US-West-2', 'near', 'aws us-west-2'],
    ['', 'westeurope', 'far', 'azure westeurope'],
    ['azure', '', 'far', 'azure westeurope'],
  ])('%j %j is in cell %s, %s', (cloudProvider, region, key, name) => {
    const { cell, place: chosen } = choosePlace([far, near], { cloudProvider, region });
    expect([cell.key, `${chosen.cloudProvider} ${chosen.region}`]).toEqual([key, name]);
  });

  it.each([
    ['gcp', 'europe-west3', 'cloud_provider', 'cloud-provider-not-served'],
    ['nocloud', '', 'cloud_provider', 'cloud-provider-not-served'],
    ['aws', 'mars-1', 'region', 'region-not-served'],
    ['azure', 'us-east-1', 'region', 'region-not-served'],
    ['', 'mars-1', 'region', 'region-not-served'],
  ])('refuses %j %j, naming the field and what is served', (cloudProvider, region, field, code) => {
    const error = refusal(cloudProvider, region);
    expect(error).toMatchObject({ kind: 'bad_request', code, details: [{ field, code }] });
    expect(error.message).toContain('aws us-east-1, aws us-west-2, azure westeurope');
  });

  it('goes only where the plan is offered, and says why elsewhere not', () => {
    const notOffered = (cloud: string) => (cloud === 'aws' ? 'The plan has no account of aws.' : undefined);
    expect(choosePlace([near, far], { cloudProvider: '', region: '' }, notOffered).place.cloudProvider).toBe('azure');
    const error = refusal('aws', 'us-west-2', notOffered);
    expect(error).toMatchObject({ code: 'cloud-provider-not-offered', details: [{ field: 'cloud_provider' }] });
    expect(error.message).toBe('The plan has no account of aws. It is offered in azure westeurope.');
  });

  it('says when nothing is known', () => {
    expect(() => choosePlace([], { cloudProvider: '', region: '' })).toThrow('no deployment cell yet');
    const unknown = [{ ...near, places: [] }];
    expect(choosePlace(unknown, { cloudProvider: '', region: '' }).place).toEqual(place('', ''));
    expect(() => choosePlace(unknown, { cloudProvider: 'aws', region: '' })).toThrow('CELLPLANE_CELL_PLACES');
  });
});

it('an instance is in the place that it names, or where its cell is', () => {
  expect(placeIn(near, { cloudProvider: 'aws', region: 'us-west-2' })).toEqual(place('aws', 'us-west-2'));
  expect(placeIn(near, { cloudProvider: 'gcp', region: 'mars-1' })).toEqual(place('aws', 'us-east-1'));
});

it('a network type is served or refused by name', () => {
  expect([readNetworkType('public'), readNetworkType('INTERNAL')]).toEqual(['PUBLIC', 'INTERNAL']);
  for (const wrong of ['BOGUS', 'PRIVATE_LINK', ' ', 'x y'])
    expect(() => readNetworkType(wrong)).toThrow(/network_type .* is not served here; use PUBLIC or INTERNAL/);
});

it('the simulated cell serves four regions of AWS and two of Google', () => {
  expect(SIMULATED_PLACES.map((one) => `${one.cloudProvider} ${one.region}`)).toEqual([
    'aws us-east-1',
    'aws us-west-2',
    'aws ca-central-1',
    'aws eu-central-1',
    'gcp us-central1',
    'gcp europe-west3',
  ]);
  expect(SIMULATED_PLACES[5]?.zones).toContain('europe-west3-a');
});

function node(labels: Record<string, string>, providerID?: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels }, spec: providerID === undefined ? {} : { providerID } };
}
const region = 'topology.kubernetes.io/region';
const zone = 'topology.kubernetes.io/zone';

describe('where a cluster stands', () => {
  it.each([
    ['its provider', [node({ [region]: 'r1' }, 'gce://project/zone/name')], [place('gcp', 'r1')]],
    ['labels of a cloud', [node({ [region]: 'r1', 'eks.amazonaws.com/nodegroup': 'a' })], [place('aws', 'r1')]],
    ['the way its region is written', [node({ [region]: 'us-gov-west-1' })], [place('aws', 'us-gov-west-1')]],
    ['Google’s way', [node({ [region]: 'europe-west3' })], [place('gcp', 'europe-west3')]],
    ['Azure’s way', [node({ [region]: 'westeurope' })], [place('azure', 'westeurope')]],
    ['its region alone', [node({ [region]: 'cellar' })], [place('byoc-onprem', 'cellar')]],
    ['nothing', [node({})], [ON_PREMISES]],
    ['no nodes', [], [ON_PREMISES]],
  ])('is told by %s', (_, nodes, places) => {
    expect(placesOfNodes(nodes)).toEqual(places);
  });

  it('are the regions of all nodes, with their zones', () => {
    const nodes = [
      node({ [region]: 'us-east-1', [zone]: 'us-east-1b' }),
      node({ [region]: 'us-east-1', [zone]: 'us-east-1a' }),
      node({}),
      node({ [region]: 'eu-west-1', [zone]: 'eu-west-1a' }),
    ];
    expect(placesOfNodes(nodes)).toEqual([
      place('aws', 'us-east-1', ['us-east-1a', 'us-east-1b']),
      place('aws', 'eu-west-1', ['eu-west-1a']),
    ]);
  });
});
