/** `service-plan enable-feature` and `disable-feature`. */
import type { Command } from 'commander';
import { type Context, printObject } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { readGivenText } from '../../given-file.js';
import { given } from './given.js';
import { type FoundPlan, on, type PlanOptions } from './plan-command.js';

/** Adds the commands. */
export function addFeatureCommands(group: Command, context: Context): void {
  on(group, context, 'enable-feature', 'Enable a feature of a plan, or configure it anew', async (found, options) => {
    const configuration = await configurationOf(options.configuration);
    const { client, service, plan } = found;
    const named = { feature: options.feature ?? '', ...given({ configuration }) };
    if (isOfModel(options)) await client.enableModelFeature({ params: await modelOf(found), body: named });
    else
      await client.enablePlanFeature({
        params: { serviceId: service.id, id: plan.productTierID },
        body: { ...named, ...given({ scope: options.scope }) },
      });
    await show(context, found, options);
  })
    .requiredOption('--feature <name>', 'LOGS, METRICS, …; those of the hosting model begin with CUSTOM_')
    .option('--scope <scope>', 'INTERNAL (yours) or CUSTOMER; not for CUSTOM_ ones')
    .option('--configuration <json>', 'a JSON object, or @ and the file that holds it');

  on(group, context, 'disable-feature', 'Disable a feature of a plan that its spec does not name', async (found, options) => {
    const { client, service, plan } = found;
    const feature = options.feature ?? '';
    if (isOfModel(options)) await client.disableModelFeature({ params: await modelOf(found), body: { feature } });
    else
      await client.disablePlanFeature({
        params: { serviceId: service.id, id: plan.productTierID },
        body: { feature, ...given({ scope: options.scope }) },
      });
    await show(context, found, options);
  })
    .requiredOption('--feature <name>', 'its name')
    .option('--scope <scope>', 'INTERNAL (yours) or CUSTOMER; not for CUSTOM_ ones');
}

function isOfModel({ feature = '' }: PlanOptions): boolean {
  return feature.toUpperCase().startsWith('CUSTOM_');
}

async function modelOf({ client, service, plan }: FoundPlan) {
  const tier = await client.describeProductTier({ params: { serviceId: service.id, id: plan.productTierID } });
  return { serviceId: service.id, id: tier.serviceModelId };
}

/** @throws CommandFailure bad_request for anything but a JSON object */
async function configurationOf(text: string | undefined): Promise<Record<string, unknown> | undefined> {
  if (text === undefined) return undefined;
  const json = text.startsWith('@') ? await readGivenText(text.slice(1)) : text;
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new CommandFailure('bad_request', '--configuration must be a JSON object, or @ and a file that holds one.');
}

async function show(context: Context, found: FoundPlan, options: PlanOptions): Promise<void> {
  const { client, service, plan } = found;
  const { enabledFeatures = [] } = await client.describeProductTier({ params: { serviceId: service.id, id: plan.productTierID } });
  const { features = [] } = await client.describeServiceModel({ params: await modelOf(found) });
  printObject(
    context,
    options,
    { plan_id: plan.productTierID, service_id: service.id, enabledFeatures, modelFeatures: features },
    {
      'of the plan': enabledFeatures.map(({ feature, scope }) => `${feature} (${scope})`).join(', ') || 'none',
      'of its hosting model': features.map(({ feature }) => feature).join(', ') || 'none',
    },
  );
}
