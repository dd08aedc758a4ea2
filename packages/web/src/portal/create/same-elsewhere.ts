/** A create as it is typed in a terminal. Pure. */
import type { InstancePath, Origin } from '../own';

interface Place {
  cloud: string | undefined;
  region: string | undefined;
  /** Absent: the plan's own. */
  network?: string | undefined;
  /** Absent: the one that the provider prefers. */
  version?: string | undefined;
}

export interface Tag {
  key: string;
  value: string;
}

/** The command of the CLI, an option on each line. */
export function asCommand(
  { service, offering, resource }: Origin,
  { cloud = '', region = '', network, version }: Place,
  values: Record<string, string>,
  { subscriptionId, tags = [] }: { subscriptionId?: string; tags?: readonly Tag[] } = {},
): string {
  const options: [string, string | undefined][] = [
    ['--service', service.serviceName],
    ['--environment', offering.serviceEnvironmentName],
    ['--plan', offering.productTierName],
    ['--version', version],
    ['--resource', resource.name],
    ['--cloud-provider', cloud],
    ['--region', region],
    ['--network-type', network],
    ['--param', Object.keys(values).length === 0 ? undefined : JSON.stringify(values)],
    ['--tags', tags.length === 0 ? undefined : tags.map(({ key, value }) => `${key}=${value}`).join(',')],
    ['--subscription-id', subscriptionId],
  ];
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${quoted(value)}`]));
  return ['cellplane instance create', ...given, '--wait'].join(' \\\n  ');
}

/** The request itself. The token comes from the environment: it is never part of a text that is copied. */
export function asCurl(
  path: InstancePath,
  { cloud, region, network, version }: Place,
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
    ...(version === undefined ? {} : { productTierVersion: version }),
    requestParams: values,
    ...(tags.length === 0 ? {} : { customTags: tags }),
  });
  return `curl -X POST ${quoted(url)} \\\n  -H "Authorization: Bearer $TOKEN" -H 'content-type: application/json' \\\n  -d ${quoted(body)}`;
}

/** A word for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
