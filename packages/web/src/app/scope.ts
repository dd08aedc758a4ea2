/** The product, and the environment of it, that the console's lists are about. It stands in each address of the console, so that links carry it. Pure. */

/** As the API is asked for it; what is missing does not restrict. */
export interface Scope {
  serviceId?: string;
  environmentId?: string;
}

/** What stands in an address: `product`, or `product.environment`, by their ids. */
export interface ScopeSearch {
  scope?: string | undefined;
}

/** Spread into the search of a link whose list is to be of all products, whatever is chosen. */
export const OF_ALL_PRODUCTS: ScopeSearch = { scope: undefined };

export function scopeSearchOf({ scope }: Record<string, unknown>): ScopeSearch {
  return typeof scope === 'string' && scope !== '' ? { scope } : {};
}

export function scopeOf(text = ''): Scope {
  const [serviceId = '', environmentId = ''] = text.split('.');
  if (serviceId === '') return {};
  return environmentId === '' ? { serviceId } : { serviceId, environmentId };
}

/** The empty text: all products. */
export function scopeText({ serviceId = '', environmentId = '' }: Scope): string {
  return environmentId === '' ? serviceId : `${serviceId}.${environmentId}`;
}
