/** Deletes of services, environments and plans: those that remove snapshots first go on for a while. */
import type { CatalogDeletion, Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';

/** How often it is asked whether a delete has ended. Milliseconds. */
const ASK_MS = 500;

export interface DeleteOptions extends CommonOptions {
  yes?: boolean;
  deleteSnapshots?: boolean;
}

/** Adds the options of every delete. */
export function withDeleteOptions(command: Command): Command {
  return command
    .option('-y, --yes', 'really')
    .option(
      '--delete-snapshots',
      'delete the snapshots of its instances first, by the deleteBackup of the plan; then wait until it is done',
    );
}

/** The end of the question whether it shall really be deleted. */
export function alsoSnapshots(options: DeleteOptions): string {
  return options.deleteSnapshots === true ? ' All snapshots of its instances are deleted first: nothing can be restored any more.' : '';
}

/** What a request says. */
export function deleteQuery(options: DeleteOptions): { deleteSnapshots?: true } {
  return options.deleteSnapshots === true ? { deleteSnapshots: true } : {};
}

/** Waits until the delete that was accepted has ended, and says so. @throws CommandFailure if it has failed, with the reason */
export async function untilDeleted(
  context: Context,
  options: DeleteOptions,
  client: Client,
  { targetId, what }: { targetId: string; what: string },
): Promise<void> {
  let told: number | undefined;
  for (let deletion = await newest(client, targetId); deletion !== undefined; deletion = await newest(client, targetId)) {
    if (deletion.status === 'SUCCEEDED') break;
    if (deletion.status === 'FAILED')
      throw new CommandFailure('deletion-failed', `${what} is not deleted: ${deletion.message ?? 'it failed'}`);
    if (told !== deletion.snapshotsLeft)
      say(context, options, `${deletion.snapshotsLeft} of ${deletion.snapshots} snapshots are left (${deletion.id}).`);
    told = deletion.snapshotsLeft;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
  say(context, options, `${what} is deleted.`);
}

async function newest(client: Client, targetId: string): Promise<CatalogDeletion | undefined> {
  return (await client.listCatalogDeletions({ query: { targetId } })).deletions[0];
}

/** Adds `deletions`: how deletes went. */
export function addDeletionsCommand(group: Command, context: Context, kind: 'service' | 'environment' | 'plan', example: string): void {
  group
    .command('deletions')
    .description(`How deletes of a ${kind} go and went, newest first`)
    .addHelpText('after', `\nExample:\n  ${example}`)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { deletions } = await (await signedIn(context, options)).listCatalogDeletions({ query: {} });
      printList(
        context,
        options,
        deletions.filter((one) => one.kind === kind),
        {
          ID: (row) => row.id,
          NAME: (row) => row.name,
          STATUS: (row) => row.status,
          'SNAPSHOTS LEFT': (row) => `${row.snapshotsLeft} of ${row.snapshots}`,
          STARTED: (row) => row.startTime,
          REASON: (row) => row.message,
        },
      );
    });
}
