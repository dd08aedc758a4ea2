import type { EndpointTemplate } from '../model.js';
import { entriesOf, itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { textAt, truthAt } from './read-value.js';

/** `endpointConfiguration` → endpoints. A port that is an expression goes to `portExpressions`. */
export function compileEndpoints(configuration: SpecNode | undefined): EndpointTemplate[] {
  return entriesOf(configuration).map(({ key, value }) => {
    const ports = itemsOf(valueAt(value, 'ports'));
    const literal = ports.flatMap((port) => (port.kind === 'scalar' && typeof port.value === 'number' ? [port.value] : []));
    const written = [
      ...ports.filter((port) => port.kind === 'scalar' && typeof port.value === 'string'),
      ...itemsOf(valueAt(value, 'portExpressions')),
    ];
    const networkingType = textAt(value, 'networkingType');
    return {
      name: key,
      host: textAt(value, 'host', ''),
      ports: literal,
      portExpressions: written.map((port) => textOf(port) ?? ''),
      primary: truthAt(value, 'primary', false),
      ...(networkingType === undefined ? {} : { networkingType: networkingType as NonNullable<EndpointTemplate['networkingType']> }),
      disableMonitoring: truthAt(value, 'disableMonitoring', false),
    };
  });
}
