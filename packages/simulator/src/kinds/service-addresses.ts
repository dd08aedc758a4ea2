import type { Cell } from '../api/cell.js';
import { arrayAt, at, isObject, type JsonObject, stringAt } from '../json.js';
import type { Stored } from '../store/store.js';

/** The cell's Service network. */
const PREFIX = '10.96';

/** Gives a Service its cluster address and node ports, in place. Addresses in use are never given twice. */
export function allocateAddress(cell: Cell, service: Stored): void {
  const spec = isObject(service.spec) ? service.spec : {};
  if (spec.type === 'ExternalName') return;
  if (spec.clusterIP === undefined || spec.clusterIP === '') spec.clusterIP = freeAddress(cell);
  spec.clusterIPs ??= [spec.clusterIP];
  // Headless and without a selector: whoever makes the endpoints chooses.
  const isOpen = spec.clusterIP === 'None' && spec.selector === undefined;
  spec.ipFamilies ??= isOpen ? ['IPv4', 'IPv6'] : ['IPv4'];
  spec.ipFamilyPolicy ??= isOpen ? 'RequireDualStack' : 'SingleStack';
  if (spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false))
    allocateNodePorts(cell, service, spec);
}

function freeAddress(cell: Cell): string {
  const used = new Set(cell.store.list('services').map((service) => stringAt(service, 'spec', 'clusterIP')));
  for (;;) {
    const address = `${PREFIX}.${1 + Math.floor(Math.random() * 254)}.${1 + Math.floor(Math.random() * 254)}`;
    if (!used.has(address)) return address;
  }
}

function allocateNodePorts(cell: Cell, service: Stored, spec: JsonObject): void {
  const others = cell.store.list('services').filter((one) => one.metadata.uid !== service.metadata.uid);
  const used = new Set(others.flatMap((one) => arrayAt(one, 'spec', 'ports').map((port) => at(port, 'nodePort'))));
  for (const port of arrayAt(spec, 'ports')) {
    if (!isObject(port) || port.nodePort !== undefined) continue;
    let candidate = 30000 + Math.floor(Math.random() * 2768);
    while (used.has(candidate)) candidate = candidate === 32767 ? 30000 : candidate + 1;
    port.nodePort = candidate;
    used.add(candidate);
  }
}
