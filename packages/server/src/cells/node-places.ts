/** Where a cluster stands, as its nodes are labelled. Pure. */
import type { KubernetesObject } from '@cellplane/kubernetes';
import { ON_PREMISES, type Place } from './place.js';

/** Scheme of a node's `spec.providerID` → cloud. */
const PROVIDERS: Record<string, string> = { aws: 'aws', gce: 'gcp', azure: 'azure', oci: 'oci', nebius: 'nebius' };

/** Labels that only one cloud's nodes have. */
const LABELS: [prefix: string, cloud: string][] = [
  ['eks.amazonaws.com/', 'aws'],
  ['cloud.google.com/', 'gcp'],
  ['kubernetes.azure.com/', 'azure'],
  ['oci.oraclecloud.com/', 'oci'],
];

/** How each cloud writes its regions: `us-east-1`, `us-gov-west-1`; `europe-west3`; `westeurope`, `eastus2`. */
const REGIONS: [pattern: RegExp, cloud: string][] = [
  [/^[a-z]{2}(-[a-z]+)+-\d$/, 'aws'],
  [/^[a-z]+-[a-z]+\d{1,2}$/, 'gcp'],
  [/^[a-z]+(us|europe|asia|india|uk|canada|japan|australia|brazil)[a-z]*\d?$/, 'azure'],
];

/** The regions of the nodes, each with its zones. Nodes of no cloud, and a cluster without nodes, are on the premises. */
export function placesOfNodes(nodes: KubernetesObject[]): Place[] {
  const places = new Map<string, Place>();
  for (const node of nodes) {
    const { cloudProvider, region } = placeOfNode(node);
    const name = `${cloudProvider} ${region}`;
    const place = places.get(name) ?? { cloudProvider, region, zones: [] };
    const zone = node.metadata.labels?.['topology.kubernetes.io/zone'];
    if (zone !== undefined && !place.zones.includes(zone)) place.zones = [...place.zones, zone].sort();
    places.set(name, place);
  }
  const found = [...places.values()];
  // A stray node without labels says nothing against what the others say.
  const labelled = found.filter((place) => place.cloudProvider !== ON_PREMISES.cloudProvider || place.region !== ON_PREMISES.region);
  return labelled.length > 0 ? labelled : [found[0] ?? ON_PREMISES];
}

function placeOfNode(node: KubernetesObject): { cloudProvider: string; region: string } {
  const labels = node.metadata.labels ?? {};
  const region = labels['topology.kubernetes.io/region'];
  const { providerID } = (node['spec'] ?? {}) as { providerID?: string };
  const cloud =
    PROVIDERS[providerID?.split(':')[0] ?? ''] ??
    LABELS.find(([prefix]) => Object.keys(labels).some((label) => label.startsWith(prefix)))?.[1] ??
    REGIONS.find(([pattern]) => pattern.test(region ?? ''))?.[1];
  return { cloudProvider: cloud ?? ON_PREMISES.cloudProvider, region: region ?? ON_PREMISES.region };
}
