/** Plans of all products and environments, for choosing one. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export interface PlanChoice {
  serviceId: string;
  environmentId: string;
  planId: string;
  product: string;
  environment: string;
  plan: string;
}

export const planChoices = queryOptions({
  queryKey: ['services', 'plan-choices'],
  queryFn: async (): Promise<PlanChoice[]> =>
    (await client.listServices({})).services.flatMap((service) =>
      service.serviceEnvironments.flatMap((environment) =>
        environment.servicePlans.map((plan) => ({
          serviceId: service.id,
          environmentId: environment.id,
          planId: plan.productTierID,
          product: service.name,
          environment: environment.name,
          plan: plan.name,
        })),
      ),
    ),
  staleTime: 60_000,
});
