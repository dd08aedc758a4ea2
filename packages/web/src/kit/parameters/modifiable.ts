/** Parameters of an instance that a modify may change, as its plan says. Pure. */
import type { ShownInstance } from '../instances/endpoints';
import type { Parameter } from './parameter-fields';
import { isSecret } from './secret';

type Offering = Pick<ShownInstance, 'supportedOperations'>;

export function modifiable({ supportedOperations = [] }: Offering): Parameter[] {
  return supportedOperations.find(({ verb }) => verb === 'MODIFY')?.apiParameters ?? [];
}

/** Those of them that are secrets: they can be rotated. */
export function rotatable(instance: Offering): Parameter[] {
  return modifiable(instance).filter(isSecret);
}
