/** `deployment-cell …`: the clusters of the installation, and what only its owner knows of them. */
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { readGivenFile } from '../../given-file.js';
import { addDeploymentCellComparisons } from './deployment-cell-comparison.js';
import { addDeploymentCellGuard } from './deployment-cell-guard.js';

interface SetOptions extends CommonOptions {
  file?: string;
  fact: string[];
  unset: string[];
}

type Tree = Record<string, unknown>;

/** Adds the commands. */
export function addDeploymentCellCommands(program: Command, context: Context): void {
  const group = program.command('deployment-cell').description('Deployment cells: the clusters that instances are in');
  group
    .command('list')
    .description('List the deployment cells')
    .addHelpText('after', '\nExample:\n  cellplane deployment-cell list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { deploymentCells } = await (await signedIn(context, options)).listDeploymentCells({});
      printList(context, options, deploymentCells, {
        ID: (row) => row.id,
        KEY: (row) => row.key,
        KIND: (row) => row.kind,
        STATUS: (row) => row.status,
        DEFAULT: (row) => (row.isDefault ? 'yes' : ''),
        PLACES: (row) => row.places.map(({ cloudProvider, region }) => `${cloudProvider}/${region}`).join(', '),
      });
    });
  addDeploymentCellComparisons(group, context);
  addDeploymentCellGuard(group, context);
  const facts = group.command('facts').description('What $sys says of a cell and only its owner knows (docs/system-parameters.md)');
  facts
    .command('get')
    .arguments('<cell>')
    .description('Show the facts of a cell, by its id or key: as given, and as $sys shows them')
    .addHelpText('after', '\nExample:\n  cellplane deployment-cell facts get default -o json')
    .action(async (cell: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      printObject(context, options, await (await signedIn(context, options)).getCellFacts({ params: { cell } }));
    });
  facts
    .command('set')
    .arguments('<cell>')
    .description('Set facts of a cell: all of them from a file, or single ones')
    .option('-f, --file <path>', 'YAML or JSON with all facts; what is not in it is removed')
    .option('--fact <path=value>', 'one fact; lists and maps as JSON; may be given several times', collect, [])
    .option('--unset <path>', 'remove one fact; may be given several times', collect, [])
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane deployment-cell facts set default -f facts.yaml\n  cellplane deployment-cell facts set default --fact deploymentCell.cidrRange=10.0.0.0/16 --fact \'deploymentCell.publicSubnetIDs=["subnet-1","subnet-2"]\'',
    )
    .action(async (cell: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<SetOptions>();
      if (options.file === undefined && options.fact.length + options.unset.length === 0)
        throw new CommandFailure('bad_request', 'Give --file, --fact or --unset.');
      const client = await signedIn(context, options);
      const tree: Tree =
        options.file === undefined ? (await client.getCellFacts({ params: { cell } })).facts : await fromFile(options.file);
      for (const path of options.unset) put(tree, await keysOf(path), undefined);
      for (const given of options.fact) await putFact(tree, given);
      const set = await client.setCellFacts({ params: { cell }, body: { facts: tree } });
      say(context, options, `Facts of cell ${set.key} are set.`);
      if (options.output === 'json') printObject(context, options, set);
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

async function fromFile(path: string): Promise<Tree> {
  const bytes = await readGivenFile(path);
  const { parseFacts } = await import('@cellplane/plan');
  const { facts, problems } = parseFacts(bytes);
  if (problems.length === 0) return facts;
  throw new CommandFailure(
    'bad_request',
    problems.map((one) => `${path}: ${one.path === '' ? '' : `${one.path} `}${one.message}`).join('\n'),
  );
}

async function putFact(tree: Tree, given: string): Promise<void> {
  const at = given.indexOf('=');
  if (at < 1) throw new CommandFailure('bad_request', `--fact ${given}: write PATH=VALUE.`);
  const text = given.slice(at + 1);
  put(tree, await keysOf(given.slice(0, at)), /^\s*[[{]/.test(text) ? parsed(given, text) : text);
}

function parsed(given: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandFailure('bad_request', `--fact ${given}: the value is no JSON: ${(error as Error).message}.`);
  }
}

/** Keys of `deploymentCell.accountTags["cost center"]`; `$sys.` before it may stand there. */
async function keysOf(path: string): Promise<string[]> {
  const { parseExpression } = await import('@cellplane/plan');
  const expression = parseExpression(`$sys.${path.trim().replace(/^\$sys\./, '')}`);
  const keys = expression.ok && expression.value.type === 'reference' ? expression.value.path : [];
  if (keys.length === 0 || !keys.every((segment) => 'key' in segment))
    throw new CommandFailure(
      'bad_request',
      `"${path}" is no path of a fact; write for example deploymentCell.cidrRange. Give lists whole, as JSON.`,
    );
  return keys.map((segment) => ('key' in segment ? segment.key : ''));
}

/** Undefined removes. Own members only: the keys are the user's. */
function put(tree: Tree, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    if (value === undefined) delete tree[key];
    else Object.defineProperty(tree, key, { value, enumerable: true, writable: true, configurable: true });
    return;
  }
  const present = Object.hasOwn(tree, key) ? tree[key] : undefined;
  const below = typeof present === 'object' && present !== null && !Array.isArray(present) ? (present as Tree) : {};
  if (below !== present) Object.defineProperty(tree, key, { value: below, enumerable: true, writable: true, configurable: true });
  put(below, rest, value);
}
