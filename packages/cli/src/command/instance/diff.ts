/** `instance diff`, and the question of `--diff`: what a change of an instance would do, before it is asked for. */
import type { ChangePreview, Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, signedIn } from '../../context.js';
import { CommandFailure, Differences } from '../../failure.js';
import { jsonText } from '../../output.js';
import { collect, PARAM, readParameters } from '../../parameters.js';
import { confirm } from '../confirm.js';

interface DiffOptions extends CommonOptions {
  param?: string[];
  paramFile?: string;
  networkType?: string;
  recreateMissing?: boolean;
  targetVersion?: string;
  removeDropped?: boolean;
  snapshot?: string;
  restoreToSource?: boolean;
  tierversionOverride?: string;
  exitCode?: boolean;
}

type Body = Parameters<Client['previewInstanceChange']>[0]['body'];

/** Adds the command. */
export function addInstanceDiff(instances: Command, context: Context): void {
  instances
    .command('diff')
    .argument('<instance>', 'id')
    .description('Show what a modify, an upgrade or a restore would change, field by field; nothing is changed (docs/diff.md)')
    .option('--param <value>', `a parameter that would be changed: ${PARAM}`, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--network-type <type>', 'PUBLIC or INTERNAL')
    .option('--recreate-missing', 'with what is gone from the cell made anew')
    .option('--target-version <version>', 'an upgrade to this version of the plan, or to "latest" or "preferred"')
    .option('--remove-dropped', 'upgrades: what the version drops goes with its data')
    .option('--snapshot <id>', 'a restore of this snapshot of the instance')
    .option('--restore-to-source', 'restores: into the deleted source')
    .option('--tierversion-override <version>', 'restores: with another version of the plan')
    .option('--exit-code', 'exit 2 if something would change, and 0 only if nothing would')
    .addHelpText(
      'after',
      `
Exit code 1 if the change would be refused, or fail.

Examples:
  cellplane instance diff instance-y24o87zd1 --param numberOfInstances=3
  cellplane instance diff instance-y24o87zd1 --target-version 2.0 --exit-code`,
    )
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<DiffOptions>();
      const body = await bodyOf(options);
      const preview = await (await signedIn(context, options)).previewInstanceChange({ params: { id }, body });
      const { previewText } = await import('./diff-text.js');
      context.screen.write(options.output === 'json' ? jsonText({ instance_id: id, ...preview }) : previewText(preview, options.output));
      refuseProblems(preview, options.output === 'json');
      if (options.exitCode === true && preview.changes) throw new Differences();
    });
}

async function bodyOf(options: DiffOptions): Promise<Body> {
  const parameters = await readParameters(options.param, options.paramFile);
  return {
    ...(parameters === undefined ? {} : { requestParams: parameters }),
    ...(options.networkType === undefined ? {} : { network_type: options.networkType.toUpperCase() }),
    ...(options.recreateMissing === true ? { recreateMissing: true } : {}),
    ...(options.targetVersion === undefined ? {} : { targetVersion: options.targetVersion }),
    ...(options.removeDropped === true ? { removeDropped: true } : {}),
    ...(options.snapshot === undefined ? {} : { snapshotId: options.snapshot }),
    ...(options.restoreToSource === true ? { restoreToSourceInstance: true } : {}),
    ...(options.tierversionOverride === undefined ? {} : { productTierVersionOverride: options.tierversionOverride }),
  };
}

/** With `--diff`: shows what the change would do, and asks whether to go on. @throws CommandFailure if it would fail, or the answer is no */
export async function askAfterDiff(
  context: Context,
  client: Client,
  options: CommonOptions & { diff?: boolean; yes?: boolean },
  { id, ...body }: Body & { id: string },
): Promise<void> {
  if (options.diff !== true) return;
  const preview = await client.previewInstanceChange({ params: { id }, body });
  const { previewText } = await import('./diff-text.js');
  // What is printed for programs is the change's own answer.
  const shown = previewText(preview, 'table');
  if (options.output === 'json') context.stderr(shown);
  else context.screen.write(shown);
  refuseProblems(preview, false);
  await confirm(context, options, 'This is what would change.');
}

function refuseProblems({ problems }: ChangePreview, isPrinted: boolean): void {
  const [first, ...more] = problems;
  if (first === undefined) return;
  const rest = more.length === 0 ? '' : ` And ${more.length} more${isPrinted ? '' : ', above'}.`;
  throw new CommandFailure(first.code.replaceAll('-', '_'), `The change would fail: ${first.message.replace(/\.?$/, '.')}${rest}`);
}
