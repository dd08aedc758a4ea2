/** Endpoints of an instance: names that stay, and where they lead inside the cell (docs/reference/plan-language.md#endpoint-names). */
import type { KubernetesObject } from '@cellplane/kubernetes';
import { cut, type EndpointTemplate, evaluateText, type ExpressionContext, isPort } from '@cellplane/plan';
import type { Endpoint } from './instance.js';
import { endpointsOn } from './network.js';

export type ResolvedEndpoints = { ok: true; endpoints: Endpoint[] } | { ok: false; message: string };

/** Evaluates hosts and ports of what is shown on the instance's network. `services` are the Services of the instance's namespace. */
export function resolveEndpoints(
  networkType: string,
  templates: EndpointTemplate[],
  context: Omit<ExpressionContext, 'place'>,
  services: KubernetesObject[],
): ResolvedEndpoints {
  const endpoints: Endpoint[] = [];
  for (const template of endpointsOn(networkType, templates)) {
    const host = evaluateText(template.host, { ...context, place: `endpoints.${template.name}.host` });
    if (!host.ok) return { ok: false, message: `endpoint ${template.name}: ${host.problem.message}` };
    const ports = [...template.ports];
    for (const [index, expression] of template.portExpressions.entries()) {
      const port = evaluateText(expression, { ...context, place: `endpoints.${template.name}.ports[${index}]` });
      if (!port.ok) return { ok: false, message: `endpoint ${template.name}: ${port.problem.message}` };
      const number = Number(port.value.value);
      if (!isPort(number)) {
        return { ok: false, message: `endpoint ${template.name}: ${expression} is not a port number` };
      }
      ports.push(number);
    }
    const name = String(host.value.value);
    if (!isHostName(name)) return { ok: false, message: `endpoint ${template.name}: its host is not a DNS name: ${cut(name, 300)}` };
    const endpoint: Endpoint = {
      name: template.name,
      host: name,
      ports,
      primary: template.primary,
      networkingType: template.networkingType,
      health: 'UNKNOWN',
    };
    const inCluster = serviceOf(endpoint, services);
    if (inCluster !== undefined) endpoint.inCluster = inCluster;
    endpoints.push(endpoint);
  }
  return { ok: true, endpoints };
}

/** Labels of at most 63 characters, 253 in all (RFC 1123). */
function isHostName(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label));
}

/** How operators call the Services of the two roles, as whole words of the Service's name. */
const READERS = new Set(['reader', 'read', 'replica', 'replicas', 'ro', 'r', 'secondary', 'slave', 'follower']);
const WRITERS = new Set(['writer', 'write', 'rw', 'primary', 'master', 'leader']);

/**
 * The one Service that an endpoint surely means: it serves all its ports, and is either the only one or the only one whose
 * name says the role that the endpoint's name says. Undefined if that leaves a doubt: nothing is guessed.
 */
export function serviceOf(endpoint: Pick<Endpoint, 'name' | 'ports' | 'primary'>, services: KubernetesObject[]): string | undefined {
  const serving = services.filter((service) => {
    const ports = (service['spec'] as { ports?: { port?: number }[] } | undefined)?.ports ?? [];
    return endpoint.ports.length > 0 && endpoint.ports.every((port) => ports.some((offered) => offered.port === port));
  });
  if (serving.length === 1) return address(serving[0]);
  const role = hasWord(endpoint.name, READERS) ? READERS : endpoint.primary || hasWord(endpoint.name, WRITERS) ? WRITERS : undefined;
  if (role === undefined) return undefined;
  const fitting = serving.filter((service) => hasWord(lastWord(service.metadata.name), role));
  // CloudNativePG has -ro (replicas only) beside -r (any): the narrower one is what "reader" means.
  const narrow = role === READERS ? fitting.filter((service) => lastWord(service.metadata.name) !== 'r') : fitting;
  const inCluster = (narrow.length > 0 ? narrow : fitting).filter(
    (service) => (service['spec'] as { type?: string }).type !== 'LoadBalancer',
  );
  return inCluster.length === 1 ? address(inCluster[0]) : undefined;
}

function address(service: KubernetesObject | undefined): string | undefined {
  return service === undefined ? undefined : `${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local`;
}

function hasWord(text: string, words: Set<string>): boolean {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => words.has(word));
}

function lastWord(text: string): string {
  return text.split('-').at(-1) ?? '';
}
