/** `upgrade …`: many instances to another plan version, in waves (docs/upgrades.md). */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { hintsOf } from '../../hint.js';
import { confirm } from '../confirm.js';
import { type CreateOptions, withCreateOptions } from './options.js';
import { type BlastRadius, type Path, printBlastRadius, printPath, printPaths, printUpgrades, type Upgrade } from './show.js';
import { wantedPaths } from './target.js';

interface PlanOptions extends CommonOptions {
  serviceId: string;
  productTierId: string;
}

interface PathOptions extends CommonOptions {
  resourceIds?: string;
}

/** Where a path is, as its operations name it. */
interface Place {
  serviceId: string;
  productTierId: string;
  upgradePathId: string;
}

const EXAMPLE =
  '\nExamples:\n  cellplane upgrade instance-y24o87zd1 --version preferred\n  cellplane upgrade create --service Postgres --plan Small --source-version 1.0 --version 2.0 --canary 1 --waves 10%,25% --soak 15m --halt-at 2% --dry-run';

/** Adds the commands. */
export function addUpgradeCommands(program: Command, context: Context): void {
  const group = withCreateOptions(program.command('upgrade'))
    .addHelpText('after', EXAMPLE)
    .action(async (ids: string[], _: unknown, command: Command) => create(context, ids, command.optsWithGlobals<CreateOptions>()));
  withCreateOptions(group.command('create'))
    .description('Upgrade instances to another version of their plan, in waves')
    .addHelpText('after', EXAMPLE)
    .action(async (ids: string[], _: unknown, command: Command) => create(context, ids, command.optsWithGlobals<CreateOptions>()));
  onPath(group, context, 'cancel', 'Cancel a path; upgrades that have begun go on', (client, params) =>
    client.manageUpgradePath({ params, body: { action: 'cancel' } }),
  );
  onPath(group, context, 'pause', 'Begin no more; upgrades that have begun go on. After a day it is cancelled', (client, params) =>
    client.manageUpgradePath({ params, body: { action: 'pause' } }),
  );
  onPath(group, context, 'resume', 'Go on, also over what a path was halted for', (client, params) =>
    client.manageUpgradePath({ params, body: { action: 'resume' } }),
  );
  onPath(group, context, 'notify-customer', 'Mail the customers of the instances that wait', (client, params) =>
    client.manageUpgradePath({ params, body: { action: 'notify-customer' } }),
  );
  onPath(group, context, 'skip-instances', 'Leave instances out that wait', (client, params, { resourceIds = '' }) =>
    client.manageUpgradePath({ params, body: { action: 'skip-instances', actionPayload: { 'resource-ids': resourceIds } } }),
  ).requiredOption('--resource-ids <ids>', 'ids of instances, with commas between them');
  addStatus(group, context);
  ofPlan(group.command('change-target-version'))
    .argument('<path>', 'id')
    .description('Give another version to what has not begun; the path is paused or has not begun')
    .requiredOption('--target-version <version>', 'such as 2.1')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane upgrade change-target-version upgrade-Kd82hGa0Qp --service-id s-1 --product-tier-id pt-1 --target-version 2.1',
    )
    .action(async (upgradePathId: string, _: unknown, command: Command) => {
      const { serviceId, productTierId, ...options } = command.optsWithGlobals<PlanOptions & { targetVersion: string }>();
      const client = await signedIn(context, options);
      const params = { serviceId, productTierId, upgradePathId };
      printPath(context, options, await client.changeUpgradePathTargetVersion({ params, body: { targetVersion: options.targetVersion } }));
    });
  ofPlan(group.command('describe'))
    .argument('<path>', 'id')
    .description('Show a path')
    .addHelpText('after', '\nExample:\n  cellplane upgrade describe upgrade-Kd82hGa0Qp --service-id s-1 --product-tier-id pt-1')
    .action(async (upgradePathId: string, _: unknown, command: Command) => {
      const { serviceId, productTierId, ...options } = command.optsWithGlobals<PlanOptions>();
      const client = await signedIn(context, options);
      printPath(context, options, await client.describeUpgradePath({ params: { serviceId, productTierId, upgradePathId } }));
    });
  addList(group, context);
}

function addStatus(group: Command, context: Context): void {
  const status = onPath(group, context, 'status', 'Show how far a path is', (client, params) => client.describeUpgradePath({ params }));
  status
    .command('detail')
    .argument('<path>', 'id')
    .description('Show how far each instance of a path is')
    .addHelpText('after', '\nExample:\n  cellplane upgrade status detail upgrade-Kd82hGa0Qp')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      printUpgrades(context, options, await allUpgrades(client, await placeOf(client, id)));
    });
}

function addList(group: Command, context: Context): void {
  ofPlan(group.command('list'))
    .description('List the paths of a plan, newest first')
    .option('--source-version <version>', 'only from this version')
    .option('--target-version <version>', 'only to this version')
    .option('--status <status>', 'SCHEDULED, PENDING, IN_PROGRESS, PAUSED, COMPLETE, FAILED or CANCELLED')
    .option('--type <type>', 'Major, Incremental or UserDefined')
    .option('--page-size <number>', 'so many at most')
    .option('--next-page-token <token>', 'of the page before')
    .addHelpText('after', '\nExample:\n  cellplane upgrade list --service-id s-1 --product-tier-id pt-1 --status PAUSED')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        PlanOptions & {
          sourceVersion?: string;
          targetVersion?: string;
          status?: string;
          type?: string;
          pageSize?: string;
          nextPageToken?: string;
        }
      >();
      const { serviceId, productTierId, sourceVersion, targetVersion, status, type, pageSize, nextPageToken } = options;
      const client = await signedIn(context, options);
      const { upgradePaths, nextPageToken: next } = await client.listUpgradePaths({
        params: { serviceId, productTierId },
        query: {
          ...(sourceVersion === undefined ? {} : { sourceProductTierVersion: sourceVersion }),
          ...(targetVersion === undefined ? {} : { targetProductTierVersion: targetVersion }),
          ...(status === undefined ? {} : { status }),
          ...(type === undefined ? {} : { type }),
          ...(pageSize === undefined ? {} : { pageSize: Number(pageSize) }),
          ...(nextPageToken === undefined ? {} : { nextPageToken }),
        },
      });
      printPaths(context, options, upgradePaths);
      if (next !== undefined) say(context, options, `There are more: --next-page-token ${next}`);
    });
}

/** What it would touch comes first, then the question, then the paths. */
async function create(context: Context, ids: string[], options: CreateOptions): Promise<void> {
  const client = await signedIn(context, options);
  const wanted = await wantedPaths(client, ids, options);
  const isQuiet = options.output === 'json' && options.dryRun !== true;
  const radii: BlastRadius[] = [];
  if (!isQuiet || options.yes !== true) for (const path of wanted) radii.push(await client.previewUpgradePath(path));
  if (!isQuiet) for (const radius of radii) printBlastRadius(context, options, radius);
  if (options.dryRun === true) return;
  const count = radii.reduce((sum, { totalCount }) => sum + totalCount, 0);
  await confirm(context, options, `This upgrades ${count} ${count === 1 ? 'instance' : 'instances'}.`);
  const made: Path[] = [];
  for (const path of wanted) made.push(await client.createUpgradePath(path));
  for (const path of made) printPath(context, options, path);
  const [first] = made;
  if (first !== undefined)
    say(context, options, `Follow it with: ${hintsOf(context, options)('upgrade', 'status', 'detail', first.upgradePathId)}`);
}

/** A command on one path, which is found by its id. */
function onPath(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (client: Client, params: Place, options: PathOptions) => Promise<Path>,
): Command {
  return group
    .command(name)
    .argument('<path>', 'id')
    .description(description)
    .addHelpText(
      'after',
      `\nExample:\n  cellplane upgrade ${name} upgrade-Kd82hGa0Qp${name === 'skip-instances' ? ' --resource-ids instance-1,instance-2' : ''}`,
    )
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<PathOptions>();
      const client = await signedIn(context, options);
      printPath(context, options, await work(client, await placeOf(client, id), options));
    });
}

function ofPlan(command: Command): Command {
  return command
    .requiredOption('-s, --service-id <id>', 'id of the service')
    .requiredOption('-p, --product-tier-id <id>', 'id of the plan');
}

/** @throws CommandFailure not_found */
async function placeOf(client: Client, id: string): Promise<Place> {
  const { upgradePathResults = [] } = await client.searchInventory({ body: { query: `upgradepath:${id}` } });
  const found = upgradePathResults.find((path) => path.id === id);
  if (found === undefined) throw new CommandFailure('not_found', `There is no upgrade path "${id}".`, [{ command: ['upgrade', 'list'] }]);
  return { serviceId: found.serviceId, productTierId: found.productTierID, upgradePathId: id };
}

async function allUpgrades(client: Client, params: Place): Promise<Upgrade[]> {
  const upgrades: Upgrade[] = [];
  for (let token: string | undefined; ; ) {
    const query = { pageSize: 500, ...(token === undefined ? {} : { nextPageToken: token }) };
    const { instances, nextPageToken } = await client.listEligibleInstances({ params, query });
    upgrades.push(...instances);
    if (nextPageToken === undefined) return upgrades;
    token = nextPageToken;
  }
}
