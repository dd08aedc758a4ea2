/** `deployment-cell describe | compare | accept-cluster`: whether a cell holds what the database says. */
import type { Client, DescribedCell } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { confirm } from '../confirm.js';
import { findingFields } from '../finding-fields.js';

/** How often it is asked whether a comparison has ended, and how long. Milliseconds. */
const ASK_MS = 250;
const PATIENCE_MS = 120_000;

const SHOWS = ['see', 'and', 'and then'];

/** Adds the commands. */
export function addDeploymentCellComparisons(group: Command, context: Context): void {
  group
    .command('describe')
    .arguments('<cell>')
    .description('Show a cell, by its id or key (or "default"), and what the last comparison found there (docs/reconciliation.md)')
    .addHelpText('after', '\nExample:\n  cellplane deployment-cell describe default')
    .action(async (cell: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      show(context, options, await (await signedIn(context, options)).describeDeploymentCell({ params: { cell } }));
    });
  group
    .command('compare')
    .arguments('<cell>')
    .description('Compare a cell with the database now, and show what was found')
    .addHelpText('after', '\nExample:\n  cellplane deployment-cell compare default')
    .action(async (cell: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      show(context, options, await compare(await signedIn(context, options), cell));
    });
  group
    .command('accept-cluster')
    .arguments('<cell>')
    .description('Say that the other cluster that the address of a cell leads to now is to take its place')
    .requiredOption('--uid <uid>', 'uid of its kube-system namespace, as describe shows it')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  cellplane deployment-cell accept-cluster default --uid 0f5c1d9e-1c1f-4f3e-9a53-1f1f3f5b7d11')
    .action(async (cell: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { uid: string; yes?: boolean }>();
      const client = await signedIn(context, options);
      await confirm(
        context,
        options,
        `What the instances of cell ${cell} had in the cluster of before is then no longer looked for there.`,
      );
      const accepted = await client.acceptDeploymentCellCluster({ params: { cell }, body: { clusterUid: options.uid } });
      say(
        context,
        options,
        `Cell ${accepted.key} is cluster ${options.uid} now. "deployment-cell compare ${accepted.key}" tells what is missing there.`,
      );
      if (options.output === 'json') printObject(context, options, accepted);
    });
}

/** A comparison that has begun after this call; what was found then. */
async function compare(client: Client, cell: string): Promise<DescribedCell> {
  const { askedAt = '' } = (await client.compareDeploymentCell({ params: { cell } })).comparison;
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const described = await client.describeDeploymentCell({ params: { cell } });
    const { comparedAt = '', failure } = described.comparison;
    if (comparedAt >= askedAt) return described;
    if (failure !== undefined && failure.at >= askedAt)
      throw new CommandFailure('unavailable', `The comparison with cell ${described.key} did not come to its end: ${failure.message}`);
    if (performance.now() > until)
      throw new CommandFailure(
        'unavailable',
        `Cell ${described.key}, which is ${described.status}, has not been compared yet. ${described.statusDescription ?? ''}`.trimEnd(),
      );
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}

function show(context: Context, options: CommonOptions, cell: DescribedCell): void {
  const { comparison: last } = cell;
  const { counts } = last;
  printObject(context, options, cell, {
    id: cell.id,
    key: cell.key,
    kind: cell.kind,
    status: cell.status,
    ...(cell.statusDescription === undefined ? {} : { reason: cell.statusDescription }),
    kubernetes: cell.kubernetesVersion,
    places: cell.places.map(({ cloudProvider, region }) => `${cloudProvider}/${region}`).join(', '),
    cluster: cell.clusterUid,
    'compared at': last.endedAt ?? 'not yet',
    ...(last.failure === undefined ? {} : { 'last comparison failed': `${last.failure.at}: ${last.failure.message}` }),
    ...(last.endedAt === undefined ? {} : { found: foundText(counts) }),
    ...(counts['missingNamespaces'] ? { 'missing namespaces': counts['missingNamespaces'] } : {}),
    ...(counts['missingObjects'] ? { 'missing objects': counts['missingObjects'] } : {}),
    ...(counts['replacedObjects'] ? { 'replaced objects': counts['replacedObjects'] } : {}),
    ...findingFields(last.findings, cell.otherClusterUid === undefined ? SHOWS : undefined),
  });
}

function foundText(counts: DescribedCell['comparison']['counts']): string {
  const { instances = 0, objects = 0, instancesThatDiffer: differ = 0 } = counts;
  const some = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;
  const verdict =
    differ === 0 ? 'all as they should be' : `${some(differ, 'instance')} ${differ === 1 ? 'differs' : 'differ'} (see: instance list)`;
  return `${some(instances, 'instance')} at rest, ${some(objects, 'object')}; ${verdict}`;
}
