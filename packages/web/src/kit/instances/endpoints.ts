/** Where an instance is reached: its endpoints, the ones that matter first. Pure. */
import type { Client } from '@cellplane/api/client';

export type ShownInstance = Awaited<ReturnType<Client['customerDescribeInstance']>>;
export type Topologies = NonNullable<ShownInstance['detailedNetworkTopology']>;

export interface InstanceEndpoint {
  name: string;
  /** The plan's resource that it is of. */
  resource: string;
  host: string;
  ports: number[];
  primary: boolean;
  isPublic: boolean;
  /** HEALTHY, UNHEALTHY, UNKNOWN. */
  health: string;
  /** The host inside the cell. */
  inCluster?: string;
}

/** Endpoints of all resources: those of the main resource first, and in each resource the primary one. */
export function endpointsOf(topologies: Topologies | undefined): InstanceEndpoint[] {
  return Object.values(topologies ?? {})
    .toSorted((one, other) => Number(other.main) - Number(one.main))
    .flatMap((topology) =>
      Object.entries(topology.additionalEndpoints ?? {})
        .map(([name, { endpoint, openPorts, primary, healthStatus, networkingType }]): InstanceEndpoint => {
          const inCluster = topology.inClusterEndpoints?.[name];
          return {
            name,
            resource: topology.resourceName,
            host: endpoint,
            ports: openPorts,
            primary,
            isPublic: networkingType === 'PUBLIC',
            health: healthStatus,
            ...(inCluster === undefined ? {} : { inCluster }),
          };
        })
        .toSorted((one, other) => Number(other.primary) - Number(one.primary)),
    );
}
