/** Commands on one plan, named by service and plan. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, signedIn } from '../../context.js';
import { findPlan, findService, type Plan, type Service } from '../../lookup.js';

export interface PlanOptions extends CommonOptions {
  environment?: string;
  planVersion?: string;
  releaseAsPreferred?: boolean;
  allowUnserved?: boolean;
  releaseDescription?: string;
  feature?: string;
  scope?: string;
  configuration?: string;
  to?: string;
  set?: string;
  yes?: boolean;
}

export interface FoundPlan {
  client: Client;
  service: Service;
  plan: Plan;
  params: { serviceId: string; productTierId: string };
}

/** Adds one. */
export function on(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (found: FoundPlan, options: PlanOptions) => Promise<void>,
): Command {
  return group
    .command(name)
    .description(description)
    .arguments('<service> <plan>')
    .option('--environment <name>', 'name or id; needed if several environments have the plan')
    .addHelpText('after', `\nExample:\n  cellplane service-plan ${name} Postgres "Postgres Operator"`)
    .action(async (wantedService: string, wantedPlan: string, own: { version?: string }, command: Command) => {
      const options = command.optsWithGlobals<PlanOptions>();
      const client = await signedIn(context, options);
      const service = await findService(client, wantedService);
      const { plan } = findPlan(service, wantedPlan, options.environment);
      const version = own.version === undefined ? {} : { planVersion: own.version };
      await work(
        { client, service, plan, params: { serviceId: service.id, productTierId: plan.productTierID } },
        { ...options, ...version },
      );
    });
}
