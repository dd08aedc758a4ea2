/** `deployment-cell operator-guard`: what an upgrade of an operator would do to the instances of a cell. */
import type { OperatorGuard } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { findPlan, findService } from '../../lookup.js';
import { confirm } from '../confirm.js';

interface GuardOptions extends CommonOptions {
  service: string;
  plan: string;
  environment?: string;
  allow: string[];
  allowAll?: boolean;
  yes?: boolean;
}

/** Adds the command. */
export function addDeploymentCellGuard(group: Command, context: Context): void {
  group
    .command('operator-guard')
    .arguments('<cell>')
    .description(
      'Show what the charts of a plan version would do to a cell: fields removed, values refused, plans that contradict, restarts',
    )
    .requiredOption('--service <service>', 'name or id')
    .requiredOption('--plan <plan>', 'name or id')
    .option('--environment <name>', 'name or id; needed if several environments have the plan')
    .option('-v, --version <version>', 'a number, "latest" or "preferred"', 'preferred')
    .option(
      '--allow <finding>',
      'allow this finding, by its key; may be given several times',
      (key, before: string[]) => [...before, key],
      [],
    )
    .option('--allow-all', 'allow all findings that refuse now')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane deployment-cell operator-guard default --service Postgres --plan "Postgres Operator" --version 2.0\n  cellplane deployment-cell operator-guard default --service Postgres --plan "Postgres Operator" --version 2.0 --allow-all',
    )
    .action(async (cell: string, own: { version?: string }, command: Command) => {
      const options = command.optsWithGlobals<GuardOptions>();
      const client = await signedIn(context, options);
      const { plan } = findPlan(await findService(client, options.service), options.plan, options.environment);
      const of = { productTierId: plan.productTierID, version: own.version ?? 'preferred' };
      const seen = await client.describeOperatorGuard({ params: { cell }, query: of });
      const findings = options.allowAll === true ? refusing(seen).map(({ key }) => key) : options.allow;
      if (options.allowAll === true && findings.length === 0)
        throw new CommandFailure('bad_request', 'Nothing refuses: there is nothing to allow.');
      if (findings.length === 0) return show(context, options, seen);
      const messages = refusing(seen).filter(({ key }) => findings.includes(key));
      await confirm(context, options, `This allows:\n${messages.map(({ message }) => `  ${message}`).join('\n')}\n`);
      show(context, options, await client.allowOperatorUpgrade({ params: { cell }, body: { ...of, findings } }));
    });
}

function refusing({ charts }: OperatorGuard) {
  return charts.flatMap(({ findings }) => findings.filter(({ refuses }) => refuses));
}

function show(context: Context, options: CommonOptions, found: OperatorGuard): void {
  if (options.output === 'json') return printObject(context, options, found);
  printList(context, options, found.charts, {
    CHART: ({ chart }) => chart,
    INSTALLED: ({ installed }) => installed ?? 'none',
    WANTED: ({ wanted }) => wanted,
    ACTION: ({ action }) => action,
    OBJECTS: ({ definitions }) => definitions.reduce((sum, { objects }) => sum + objects, 0),
    FINDINGS: ({ findings }) => findings.length,
    VERDICT: ({ findings, allowed }) => (findings.some(({ refuses }) => refuses) ? (allowed ? 'allowed' : 'refused') : 'passes'),
  });
  if (options.output === 'text') return;
  for (const chart of found.charts) for (const line of linesOf(chart)) say(context, options, line);
}

function linesOf({ chart, wanted, action, definitions, findings, notChecked, users }: OperatorGuard['charts'][number]): string[] {
  // What stays restarts nothing.
  const restarted = (restarts: string) =>
    action === 'upgrade' ? `; restarted by it: ${restarts === 'unknown' ? 'the plan does not say' : restarts}` : '';
  const lines = [
    ...definitions
      .filter(({ change }) => change !== 'unchanged')
      .map(({ name, change }) => `  definition ${name}: ${CHANGES[change] ?? change}`),
    ...findings.flatMap(({ refuses, message, key, objects }) => [
      `  ${refuses ? 'refused' : 'note'}: ${message}`,
      ...instancesOf(objects),
      ...(refuses ? [`      key: ${key}`] : []),
    ]),
    ...users.map(
      ({ planName, planVersion, wants, instances, restarts }) =>
        `  ${planName} ${planVersion} wants ${wants}, ${instances} ${instances === 1 ? 'instance' : 'instances'}${restarted(restarts)}`,
    ),
    ...notChecked.map((rule) => `  not checked: ${rule}`),
  ];
  return lines.length === 0 ? [] : [`\n${chart} ${wanted}:`, ...lines];
}

const CHANGES: Record<string, string> = {
  added: 'is new',
  changed: 'is changed',
  removed: 'is deleted',
  'not-upgraded': 'differs, and stays as it is: Helm does not upgrade what lies in crds/',
};

function instancesOf(objects: readonly { instanceId?: string }[]): string[] {
  const ids = [...new Set(objects.flatMap(({ instanceId }) => instanceId ?? []))];
  return ids.length === 0 ? [] : [`      instances: ${ids.join(', ')}`];
}
