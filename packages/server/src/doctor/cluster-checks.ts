/** What is asked of a cluster, with the account of its kubeconfig. Nothing is changed there: an access review is stored nowhere. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { groupOf, type KindUse } from '@cellplane/plan';
import { DEFAULT_ENDPOINT_DOMAIN } from '../config.js';
import { messageOf } from '../errors.js';
import { type Check, failed, ok, skipped, warning } from './check.js';
import { type Right, type ServedKind, rightsFor } from './rights.js';

/** A call to a cluster is given this long. Milliseconds. */
const CALL = { timeoutMs: 10_000 };
/** Server-side apply as Cellplane uses it is older; watches with bookmarks and the names of fields are as tested from here on. */
const OLDEST_MINOR = 25;
/** The version on which the tests of this repository run. */
const TESTED_MINOR = 34;

/** The version of the API server, and whether it is one that Cellplane works with. Rejects with `ApiError` where nobody answers. */
export async function checkVersion(client: KubernetesClient): Promise<Check> {
  const name = 'Kubernetes version';
  const version = ((await client.raw('/version', CALL)) ?? {}) as { gitVersion?: string; minor?: string };
  const minor = Number.parseInt(version.minor ?? '', 10);
  if (version.gitVersion === undefined || Number.isNaN(minor))
    return failed(name, 'the server does not say a version: it is no Kubernetes API server', 'Correct the server of the kubeconfig.');
  if (minor < OLDEST_MINOR)
    return failed(
      name,
      `${version.gitVersion} is older than 1.${OLDEST_MINOR}`,
      `Upgrade the cluster to Kubernetes 1.${OLDEST_MINOR} or later.`,
    );
  return ok(name, `${version.gitVersion} (Cellplane is tested on 1.${TESTED_MINOR})`);
}

/** One check per right: all verbs of it must be allowed in all namespaces. */
export async function checkRights(client: KubernetesClient, kinds: readonly ServedKind[]): Promise<Check[]> {
  return Promise.all(rightsFor(kinds).map((right) => checkRight(client, right)));
}

async function checkRight(client: KubernetesClient, right: Right): Promise<Check> {
  const where = right.group === '' ? right.resource : `${right.resource}.${right.group}`;
  const name = `rights: ${where}${right.ofPlan === true ? ' (of the plan)' : ''}`;
  try {
    const allowed = await Promise.all(right.verbs.map((verb) => isAllowed(client, { ...right, verb })));
    const denied = right.verbs.filter((_, index) => allowed[index] !== true);
    if (denied.length === 0) return ok(name, right.verbs.join(', '));
    const message = `the account may not ${denied.join(', ')} ${where}: ${right.purpose}`;
    const cure = `Add to its ClusterRole: apiGroups: ["${right.group}"], resources: ["${right.resource}"], verbs: [${denied.map((verb) => `"${verb}"`).join(', ')}].`;
    return right.optional === true ? warning(name, message, cure) : failed(name, message, cure);
  } catch (error) {
    return failed(
      name,
      `could not be asked: ${messageOf(error)}`,
      'Allow the account to create SelfSubjectAccessReviews (every account may, unless it was taken away).',
    );
  }
}

async function isAllowed(client: KubernetesClient, of: { group: string; resource: string; verb: string }): Promise<boolean> {
  const { group, verb } = of;
  const [resource, subresource] = of.resource.split('/');
  const review = (await client.raw('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    ...CALL,
    method: 'POST',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { group, resource, ...(subresource === undefined ? {} : { subresource }), verb } },
    },
  })) as { status?: { allowed?: boolean } } | undefined;
  return review?.status?.allowed === true;
}

/** Charts make whatever their authors want, ClusterRoles among it: only an account with all rights can install any of them. */
export async function checkChartRights(client: KubernetesClient, charts: readonly string[]): Promise<Check> {
  const name = 'rights: operator charts';
  if (await isAllowed(client, { group: '*', resource: '*', verb: '*' }))
    return ok(name, 'the account may do everything, so it can install any chart');
  const cure =
    'Install the operator yourself and leave the chart out of the plan; or give the account the rights of the chart (a cluster-admin has them all).';
  if (charts.length === 0)
    return skipped(
      name,
      'the account may not do everything; a chart under helmChartDependencies could be installed only as far as its rights go',
    );
  return warning(
    name,
    `the plan installs ${charts.join(', ')}, and the account may not do everything: the installation may be refused`,
    cure,
  );
}

/** The kinds of a plan that the cluster serves, and one check for each kind of the plan. A kind that a chart of the plan installs may be missing. */
export async function checkKinds(
  client: KubernetesClient,
  uses: readonly KindUse[],
  charts: readonly string[],
): Promise<{ checks: Check[]; served: ServedKind[] }> {
  const checks: Check[] = [];
  const served: ServedKind[] = [];
  for (const { apiVersion, kind, verbs } of uses) {
    const name = `kind: ${kind} of ${apiVersion}`;
    try {
      const { plural, namespaced } = await client.resource(apiVersion, kind, CALL);
      served.push({ group: groupOf(apiVersion), resource: plural, verbs });
      checks.push(
        namespaced
          ? ok(name, `served as ${plural}`)
          : failed(name, 'the kind is cluster-scoped', 'An instance may only write to its own namespace: use a namespaced kind.'),
      );
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'KindNotServed') throw error;
      checks.push(
        charts.length > 0
          ? warning(name, 'the cluster does not serve it yet', `The first create installs ${charts.join(', ')}; check again after it.`)
          : failed(name, 'the cluster does not serve it', 'Install the operator, or name its chart under helmChartDependencies.'),
      );
    }
  }
  return { checks, served };
}

/** Without a default class a claim that names none stays Pending for ever. */
export async function checkStorageClass(client: KubernetesClient): Promise<Check> {
  const name = 'StorageClass';
  try {
    const { items } = await client.list({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }, CALL);
    const isDefault = ({ metadata }: KubernetesObject) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    const names = items.map(({ metadata }) => metadata.name);
    const found = items.filter(isDefault).map(({ metadata }) => metadata.name);
    if (items.length === 0)
      return warning(
        name,
        'the cluster has none: an operator that claims volumes waits for ever',
        'Install a CSI driver, or a provisioner such as local-path-provisioner.',
      );
    if (found.length === 0)
      return warning(
        name,
        `none of ${names.join(', ')} is the default: a claim that names no class waits for ever`,
        `kubectl annotate storageclass ${names[0]} storageclass.kubernetes.io/is-default-class=true`,
      );
    if (found.length > 1) return warning(name, `${found.join(' and ')} are both the default`, 'Leave the annotation on one of them.');
    return ok(name, `${found[0]} is the default of ${names.length}`);
  } catch (error) {
    return notAllowed(name, error);
  }
}

/** Many operators want certificates for their webhooks from it. `needed`: the plan itself uses a kind of it. */
export async function checkCertManager(client: KubernetesClient, needed: boolean): Promise<Check> {
  const name = 'cert-manager';
  try {
    await client.resource('cert-manager.io/v1', 'Certificate', CALL);
    return ok(name, 'Certificates of cert-manager.io/v1 are served');
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'KindNotServed') throw error;
    const cure = 'Install cert-manager (https://cert-manager.io/docs/installation/).';
    if (needed) return failed(name, 'the plan uses it, and the cluster does not have it', cure);
    return skipped(name, 'not installed; operators whose charts make Certificates need it');
  }
}

/** Instances reach their operators, and each other, by names of Services. */
export async function checkClusterDns(client: KubernetesClient): Promise<Check> {
  const name = 'DNS in the cluster';
  try {
    const { items } = await client.list(
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        namespace: 'kube-system',
        labelSelector: 'kubernetes.io/service-name=kube-dns',
      },
      CALL,
    );
    const endpoints = items.flatMap((slice) => (slice['endpoints'] ?? []) as { conditions?: { ready?: boolean } }[]);
    const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
    if (items.length === 0)
      return warning(
        name,
        'there is no Service kube-dns in kube-system',
        'Install CoreDNS, unless the cluster resolves names of Services another way.',
      );
    if (ready === 0)
      return failed(name, 'none of the servers behind kube-dns is ready', 'kubectl -n kube-system get pods -l k8s-app=kube-dns');
    return ok(name, `${ready} ready behind kube-dns`);
  } catch (error) {
    return notAllowed(name, error);
  }
}

/** Whether a name below the domain of endpoints leads somewhere from this machine. The default domain is a name that nobody resolves. */
export async function checkEndpointDomain(domain: string, resolve = (host: string) => lookup(host)): Promise<Check> {
  const name = 'DNS of endpoints';
  if (domain === DEFAULT_ENDPOINT_DOMAIN || isIP(domain) !== 0)
    return skipped(name, `CELLPLANE_ENDPOINT_DOMAIN is ${domain}: endpoints are reached by the addresses of the cluster`);
  const host = `doctor.${domain}`;
  try {
    const { address } = await resolve(host);
    return ok(name, `${host} resolves to ${address}`);
  } catch (error) {
    return warning(
      name,
      `${host} does not resolve: ${messageOf(error)}`,
      `Add a wildcard record *.${domain} that leads to the cluster's ingress or load balancer, or let external-dns make one per endpoint.`,
    );
  }
}

function notAllowed(name: string, error: unknown): Check {
  if (error instanceof ApiError && error.status === 403) return skipped(name, 'the account may not list it; it works without');
  throw error;
}
