import { HIGHEST_PORT } from '../number-ranges.js';
import { acted, anything, boolean, dictionary, type Field, type Fields, flag, integer, listOf, map, stored, text } from './shape.js';

/** Platform-made load balancers: stored. */
export const loadBalancerFields: Fields = {
  https: stored(
    listOf(
      map('an HTTPS load balancer', {
        name: stored(text, 'Name.', { required: true }),
        description: stored(text, 'Help text.'),
        enableCustomDNS: stored(boolean, 'Tenants may bring a host name.'),
        paths: stored(
          listOf(
            map('a path', {
              associatedResourceKey: stored(text, 'Resource behind the path.'),
              targetKubernetesServiceName: stored(text, 'Service behind the path.'),
              path: stored(text, 'URL path.'),
              backendPort: stored(integer, 'Port of the Service.'),
            }),
          ),
          'Routes.',
        ),
      }),
    ),
    'Layer 7.',
  ),
  tcp: stored(
    listOf(
      map('a TCP load balancer', {
        name: stored(text, 'Name.', { required: true }),
        description: stored(text, 'Help text.'),
        ports: stored(
          listOf(
            map('a port', {
              associatedResourceKeys: stored(listOf(text), 'Resources behind the port.'),
              ingressPort: stored(integer, 'Outer port.'),
              backendPort: stored(integer, 'Inner port.'),
            }),
          ),
          'Ports.',
        ),
      }),
    ),
    'Layer 4.',
  ),
};

/** An endpoint, described for the customer. */
const endpoint = map('an endpoint', {
  host: acted(text, 'Host name: literal, a whole bare expression, or text with `{{ … }}`.', { required: true, expressions: true }),
  ports: acted(listOf({ type: 'integer', min: 1, max: HIGHEST_PORT }), 'Port numbers.', { expressions: true }),
  portExpressions: acted(listOf(text), 'Ports as expressions, instead of `ports`.', { expressions: true }),
  primary: acted(flag, 'The endpoint shown first; at most one.', { default: 'false' }),
  networkingType: acted({ type: 'enum', values: ['PUBLIC', 'INTERNAL', 'PRIVATE'], literal: true }, 'Who can reach it.', {
    default: 'as the instance’s network',
  }),
  disableMonitoring: acted(flag, 'Do not probe it.', { default: 'false' }),
});

/** `endpointConfiguration`: the author's endpoint names. */
export const endpointConfiguration: Field = acted(
  dictionary('endpoint name', endpoint),
  'Connection details shown to the customer once the create workflow has succeeded.',
);

/** `network` of a service. */
export const networkField: Field = stored(
  map('network', {
    ports: stored({ type: 'list', items: anything }, 'Ports or ranges opened on the nodes.'),
    namedPorts: stored(anything, 'Ports by name.'),
  }),
  'Network of the nodes.',
);

/** `sharedFileSystems`: a list or a map of named file systems. */
export const sharedFileSystems: Field = stored(anything, 'Named file systems mounted by several services.');
