/** Names of what the console's lists can be of. */
import { useQuery } from '@tanstack/react-query';
import { type Scope } from '../../app/scope';
import { useScope } from '../../app/use-scope';
import { products, type Product } from '../plans/services';

/** "Postgres", or "Postgres · Prod"; what is not among the products is called by its id. Pure. */
export function scopeWords({ serviceId = '', environmentId }: Scope, all: readonly Product[]): string {
  const product = all.find(({ id }) => id === serviceId);
  const name = product?.name ?? serviceId;
  if (environmentId === undefined) return name;
  return `${name} · ${product?.serviceEnvironments.find(({ id }) => id === environmentId)?.name ?? environmentId}`;
}

/** The name of what is chosen; undefined: all products are. */
export function useScopeName(): string | undefined {
  const scope = useScope();
  const all = useQuery({ ...products, enabled: scope.serviceId !== undefined }).data ?? [];
  return scope.serviceId === undefined ? undefined : scopeWords(scope, all);
}
