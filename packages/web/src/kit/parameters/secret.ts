/** Whether the value of a parameter is shown to nobody. Pure. */
import type { Parameter } from './parameter-fields';

export function isSecret({ type }: Pick<Parameter, 'type'>): boolean {
  return type === 'Password' || type === 'Secret';
}
