/** The access of each operation without its schemas, so that a browser can say beforehand what a role does not allow. */
import type { Access, CustomerPermission, ProductPlace, ProviderPermission } from './access.js';
import { OPERATIONS_BY_ACCESS } from './operations-by-access.js';
import type { OperationName } from './table.js';

export {
  type Access,
  API_KEY_ROLES,
  type CustomerPermission,
  PRODUCT_ROLES,
  PROVIDER_PERMISSION_OF,
  PROVIDER_PERMISSIONS,
  PROVIDER_ROLE_PERMISSIONS,
  PROVIDER_ROLES,
  type ProviderPermission,
  type ProviderRole,
  SUBSCRIPTION_ROLE_PERMISSIONS,
  SUBSCRIPTION_ROLES,
  type SubscriptionRole,
} from './access.js';
export { type Refusal, refusalOf, type RoleHolder } from './may.js';
export type { OperationName } from './table.js';

let known: ReadonlyMap<string, Access> | undefined;

/** The access of an operation's row. @throws Error for a name that has none: operations-by-access.ts is not generated anew */
export function accessOf(operation: OperationName): Access {
  known ??= new Map(groups());
  const access = known.get(operation);
  if (access === undefined) throw new Error(`operation ${operation} has no access here: run node scripts/access-docs.mjs`);
  return access;
}

function* groups(): Generator<[string, Access]> {
  let access: Access = { audience: 'public' };
  for (const line of OPERATIONS_BY_ACCESS.trim().split('\n'))
    if (line.startsWith(' ')) for (const name of line.trim().split(' ')) yield [name, access];
    else access = read(line);
}

/** `provider fleet:read {serviceId}`, `customer instance:read`, `user enrolling`, `public`. */
function read(line: string): Access {
  const [audience, second = '', place = ''] = line.split(' ');
  if (audience === 'provider')
    return {
      audience,
      permission: second as ProviderPermission,
      product: place.startsWith('{') ? { param: place.slice(1, -1) } : (place as ProductPlace),
    };
  if (audience === 'customer') return { audience, permission: second as CustomerPermission };
  if (audience === 'user') return second === 'enrolling' ? { audience, enrolling: true } : { audience };
  return { audience: 'public' };
}
