/** A create as it is typed in a terminal. Pure. */
import type { InstancePath, Origin } from '../own';

interface Place {
  cloud: string | undefined;
  region: string | undefined;
  /** Absent: the plan's own. */
  network?: string | undefined;
}

export interface Tag {
  key: string;
  value: string;
}

/** The command of the CLI. */
export function asCommand(
  { service, offering, resource }: Origin,
  { cloud = '', region = '', network }: Place,
  values: Record<string, string>,
  tags: readonly Tag[] = [],
): string {
  const words = [
    'cellplane',
    'instance',
    'create',
    '--service',
    service.serviceName,
    '--environment',
    offering.serviceEnvironmentName,
    '--plan',
    offering.productTierName,
  ];
  const rest = ['--resource', resource.name, '--cloud-provider', cloud, '--region', region];
  const parameters = Object.keys(values).length === 0 ? [] : ['--param', JSON.stringify(values)];
  const net = network === undefined ? [] : ['--network-type', network];
  const labels = tags.length === 0 ? [] : ['--tags', tags.map(({ key, value }) => `${key}=${value}`).join(',')];
  return [...words, ...rest, ...net, ...parameters, ...labels, '--wait'].map(quoted).join(' ');
}

/** The request itself. The token comes from the environment: it is never part of a text that is copied. */
export function asCurl(
  path: InstancePath,
  { cloud, region, network }: Place,
  values: Record<string, string>,
  { subscriptionId, tags = [] }: { subscriptionId: string; tags?: readonly Tag[] },
): string {
  const keys = [
    path.serviceProviderId,
    path.serviceKey,
    path.serviceAPIVersion,
    path.serviceEnvironmentKey,
    path.serviceModelKey,
    path.productTierKey,
    path.resourceKey,
  ];
  const url = `${window.location.origin}/2022-09-01-00/resource-instance/${keys.map(encodeURIComponent).join('/')}?subscriptionId=${encodeURIComponent(subscriptionId)}`;
  const body = JSON.stringify({
    cloud_provider: cloud,
    region,
    ...(network === undefined ? {} : { network_type: network }),
    requestParams: values,
    ...(tags.length === 0 ? {} : { customTags: tags }),
  });
  return `curl -X POST ${quoted(url)} \\\n  -H "Authorization: Bearer $TOKEN" -H 'content-type: application/json' \\\n  -d ${quoted(body)}`;
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
