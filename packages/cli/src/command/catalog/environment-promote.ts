/** `environment promote`, and what it would do. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { findEnvironment, findPlan, findService } from '../../lookup.js';
import { ALLOW_UNSERVED } from '../allow-unserved.js';
import { differenceLines } from './difference-text.js';
import { given } from './given.js';

interface PromoteOptions extends CommonOptions {
  plan?: string;
  allowUnserved?: boolean;
  allowMissingSecrets?: boolean;
  dryRun?: boolean;
  expect?: string;
}

export type PromotionPreview = Awaited<ReturnType<Client['previewPromotion']>>;
type Target = PromotionPreview['targets'][number];
type PlanStep = Target['plans'][number];

/** Adds the command. */
export function addPromoteCommand(group: Command, context: Context): void {
  group
    .command('promote')
    .arguments('<service> <environment>')
    .description('Give the environments that take from this one its plans, as their preferred versions')
    .option('--plan <plan>', 'one plan only: name or id')
    .option('-v, --version <version>', 'of that plan: a number, "latest" or "preferred"')
    .option('--dry-run', 'show what would be promoted, what it differs in and what is missing; nothing is changed')
    .option('--expect <fingerprint>', 'that of a dry run: nothing is promoted if it would not be the same any more')
    .option('--allow-missing-secrets', 'although an environment lacks secrets that a plan reads')
    .option('--allow-unserved', ALLOW_UNSERVED)
    .addHelpText(
      'after',
      '\nExample:\n  cellplane environment promote Postgres Dev --dry-run\n  cellplane environment promote Postgres Dev\n  cellplane environment promote Postgres Dev --plan Small --version 3.0',
    )
    .action(async (wanted: string, name: string, own: { version?: string }, command: Command) => {
      const options = command.optsWithGlobals<PromoteOptions>();
      const client = await signedIn(context, options);
      const service = await findService(client, wanted);
      const { id } = findEnvironment(service, name);
      const productTierId = options.plan === undefined ? undefined : findPlan(service, options.plan, id).plan.productTierID;
      const params = { serviceId: service.id, id };
      const what = given({ productTierId, productTierVersion: own.version });
      if (options.dryRun === true) return show(context, options, await client.previewPromotion({ params, query: what }));
      const { expect: expected, allowMissingSecrets, allowUnserved } = options;
      await client.promoteServiceEnvironment({ params, body: { ...what, ...given({ expected, allowMissingSecrets, allowUnserved }) } });
      const targets = await client.describePromotion({ params });
      const rows = targets.map((target) => ({
        environment_id: target.targetEnvironmentID,
        name: service.serviceEnvironments.find((one) => one.id === target.targetEnvironmentID)?.name ?? '',
        status: target.status,
      }));
      printList(context, options, rows, { ID: (row) => row.environment_id, NAME: (row) => row.name, STATUS: (row) => row.status });
    });
}

function show(context: Context, options: CommonOptions, preview: PromotionPreview): void {
  if (options.output === 'json') return printObject(context, options, preview);
  const rows = preview.targets.flatMap((target) => target.plans.map((plan) => ({ target, plan })));
  printList(context, options, rows, {
    TARGET: ({ target }) => `${target.environmentName} (${target.environmentType})`,
    PLAN: ({ plan }) => plan.planName,
    VERSION: ({ plan }) => plan.version,
    'PREFERRED THERE': ({ plan }) => plan.targetVersion ?? 'none',
    BECOMES: ({ plan }) => (plan.action === 'nothing' ? 'stays' : plan.becomes),
    DIFFERENCES: ({ plan }) => plan.differences.length,
    INSTANCES: ({ plan }) => plan.instances,
    PROBLEMS: ({ plan }) => plan.problems.map(({ code }) => code).join(', '),
  });
  if (options.output === 'text') return;
  for (const target of preview.targets) for (const line of linesOf(target)) say(context, options, line);
  say(context, options, `\nNothing was changed. To promote exactly this: --expect ${preview.fingerprint}`);
}

function linesOf(target: Target): string[] {
  const others =
    target.otherPlans.length === 0 ? [] : [`\n${target.environmentName} has other plans, which stay: ${target.otherPlans.join(', ')}`];
  return [...target.plans.flatMap((plan) => planLines(target, plan)), ...others];
}

function planLines(target: Target, plan: PlanStep): string[] {
  const own = [
    ...plan.featuresOnlyHere.map((name) => `  feature ${name} is enabled here and not there; it is not promoted`),
    ...plan.featuresOnlyThere.map((name) => `  feature ${name} is enabled there alone, and stays`),
  ];
  const problems = plan.problems.map(({ refuses, message }) => `  ${refuses ? 'refused' : 'warning'}: ${message}`);
  const lines = [...differenceLines(plan.differences, '  '), ...own, ...problems];
  return lines.length === 0 ? [] : [`\n${plan.planName} in ${target.environmentName}:`, ...lines];
}

/** `OUT_OF_SYNC: Small 2.0 here, 3.0 there` of one that takes from another. */
export function syncText(target: Target): string {
  const behind = target.plans.filter(({ status }) => status !== 'IN_SYNC');
  if (behind.length === 0) return target.status;
  const texts = behind.map(({ planName, version, targetVersion, differences }) =>
    targetVersion === undefined
      ? `${planName} is missing, ${version} at the source`
      : `${planName} ${targetVersion}, ${version} at the source (${differences.length} ${differences.length === 1 ? 'difference' : 'differences'})`,
  );
  return `${target.status}: ${texts.join('; ')}`;
}
