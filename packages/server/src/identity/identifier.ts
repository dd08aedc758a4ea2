/** Ids of the wire (docs/reference/api.md#ids): a prefix, a dash, random characters. Rooms pick length and alphabet by where the id ends up. */
import { randomInt } from 'node:crypto';

const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `s-Kd82hGa0Qp`: ten letters of both cases and digits. */
export function newId(prefix: string): string {
  return `${prefix}-${random(MIXED, 10)}`;
}

/** For ids that become Kubernetes names (`r-`, `instance-`, `hc-`): lower case only. */
export function newLowerCaseId(prefix: string, length = 10): string {
  return `${prefix}-${random(LOWER, length)}`;
}

function random(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
