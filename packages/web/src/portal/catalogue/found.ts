/** Plans that are like what is searched for. Pure. */
import type { Offered } from '../own';

/** Products with those of their plans that have every word of the text; a product whose own name has them keeps all. */
export function found(services: readonly Offered[], text: string): Offered[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const has = (...texts: (string | undefined)[]) => {
    const all = texts.join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  };
  return services.flatMap((service) => {
    const offerings = service.offerings.filter((plan) =>
      has(
        service.serviceName,
        plan.productTierName,
        plan.productTierDescription,
        plan.serviceEnvironmentName,
        ...(plan.cloudProviders ?? []),
      ),
    );
    return offerings.length === 0 ? [] : [{ ...service, offerings }];
  });
}
