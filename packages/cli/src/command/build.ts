/** `check` and `build`: a spec in, problems or a plan version out. */
import { ResponseError } from '@cellplane/api/client';
import type { Problem } from '@cellplane/plan';
import { type Command, Option } from 'commander';
import { ALLOW_UNSERVED } from './allow-unserved.js';
import { showFindings } from './findings.js';
import { type CommonOptions, type Context, printObject, say, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';
import { hintsOf } from '../hint.js';
import { jsonText } from '../output.js';
import { readSpec, SPEC } from './spec-file.js';

interface BuildOptions extends CommonOptions {
  file: string;
  name?: string;
  productName?: string;
  description?: string;
  environment: string;
  environmentType: string;
  release?: boolean;
  releaseAsPreferred?: boolean;
  releaseDescription?: string;
  forceCreateServicePlanVersion?: boolean;
  dryRun?: boolean;
  allowUnserved?: boolean;
}

/** Adds the commands. */
export function addBuildCommands(program: Command, context: Context): void {
  program
    .command('check')
    .requiredOption('-f, --file <path>', SPEC)
    .addHelpText('after', '\nExamples:\n  cellplane check -f spec.yaml\n  cellplane check -f spec.yaml -o json')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { file: string }>();
      const bytes = await readSpec(context, options.file);
      const { buildPlan, formatProblems } = await import('@cellplane/plan');
      const { problems, notes, plan } = buildPlan(bytes);
      if (options.output === 'json') context.screen.write(jsonText({ valid: plan !== undefined, problems, notes }));
      else context.screen.write(`${formatProblems(problems, { file: options.file, source: bytes.toString('utf8'), notes })}\n`);
      if (plan === undefined) throw new CommandFailure('invalid_plan_spec', `${options.file} has ${countOf(problems)}.`);
    });

  program
    .command('build')
    .requiredOption('-f, --file <path>', SPEC)
    .option('--product-name <name>', 'name of the service (product)')
    .option('--name <name>', 'the same, shorter')
    .option('--description <text>', 'description of the service')
    .option('--environment <name>', 'environment; made if it does not exist', 'Dev')
    .option('--environment-type <type>', 'DEV, QA, STAGING, CANARY, PROD, PRIVATE or GLOBAL', 'DEV')
    .option('--release', 'release the build as a new version')
    .option('--release-as-preferred', 'release it, and make it the version that new instances get')
    .option('--release-description <text>', 'name of the version')
    .option('--force-create-service-plan-version', 'make a version even if nothing changed')
    .option('--allow-unserved', ALLOW_UNSERVED)
    .option('-d, --dry-run', 'check only; change nothing on the server')
    .addOption(
      new Option('-s, --spec-type <type>', 'kind of spec').choices(['ServicePlanSpec', 'DockerCompose']).default('ServicePlanSpec'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane build -f spec.yaml --product-name Postgres --release-as-preferred\n  cellplane build -f spec.yaml --name Postgres --dry-run',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<BuildOptions & { specType: string }>();
      if (options.specType !== 'ServicePlanSpec')
        throw new CommandFailure('not_implemented', 'Only plan specs are built: use --spec-type ServicePlanSpec.');
      await build(context, options);
    });
}

async function build(context: Context, options: BuildOptions): Promise<void> {
  const name = options.productName ?? options.name;
  if (name === undefined) throw new CommandFailure('bad_request', 'Name the service with --product-name.');
  const bytes = await readSpec(context, options.file);
  const client = await signedIn(context, options);
  const built = await client
    .buildServicePlanSpec({
      body: {
        name,
        fileContent: bytes.toString('base64'),
        environment: options.environment,
        environmentType: options.environmentType.toUpperCase(),
        dryrun: options.dryRun === true,
        release: options.release === true || options.releaseAsPreferred === true,
        releaseAsPreferred: options.releaseAsPreferred === true,
        allowUnserved: options.allowUnserved === true,
        forceCreateNewServicePlanVersion: options.forceCreateServicePlanVersion === true,
        ...(options.description === undefined ? {} : { description: options.description }),
        ...(options.releaseDescription === undefined ? {} : { releaseVersionName: options.releaseDescription }),
      },
    })
    .catch(async (error: unknown) => {
      throw await withPlaces(context, error, options.file, bytes);
    });
  if (options.output !== 'json') await showFindings(context, options.file, built);
  if (options.dryRun === true) {
    if (options.output === 'json')
      printObject(context, options, { dry_run: true, warnings: built.warnings ?? [], notes: built.notes ?? [] });
    return say(context, options, `${options.file} can be built; nothing was changed (dry run).`);
  }
  const path = { serviceId: built.serviceID, productTierId: built.productTierID };
  const [plan, { tierVersionSets }] = await Promise.all([
    client.describeProductTier({ params: { serviceId: path.serviceId, id: path.productTierId } }),
    client.listVersionSets({ params: path, query: { excludeResources: true } }),
  ]);
  const newest = tierVersionSets[0];
  const answer = {
    service_name: name,
    service_id: built.serviceID,
    environment: options.environment,
    environment_id: built.serviceEnvironmentID,
    plan_name: plan.name,
    plan_id: built.productTierID,
    version: newest?.version ?? '',
    version_set_status: newest?.status ?? '',
    release_description: newest?.name ?? '',
    is_new_service_plan_version_created: built.isNewServicePlanVersionCreated,
  };
  printObject(context, options, { ...answer, warnings: built.warnings ?? [], notes: built.notes ?? [] }, answer);
  return say(context, options, `\nSee it with: ${hintsOf(context, options)('service-plan', 'describe', name, plan.name)}`);
}

/** `1 error`, `3 errors`. */
export function countOf(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  return `${errors} error${errors === 1 ? '' : 's'}`;
}

/** The server's problems, printed with the lines of the file that the user has before them. */
async function withPlaces(context: Context, error: unknown, file: string, bytes: Buffer): Promise<unknown> {
  if (!(error instanceof ResponseError) || error.body.code !== 'invalid-plan-spec') return error;
  const problems = (error.body.details ?? []).map(
    (detail): Problem => ({
      severity: detail.severity ?? 'error',
      code: detail.code ?? '',
      path: detail.field ?? '',
      position: { line: detail.line ?? 1, column: detail.column ?? 1 },
      message: detail.message,
      cure: detail.cure ?? '',
    }),
  );
  const { formatProblems } = await import('@cellplane/plan');
  context.stderr(`${formatProblems(problems, { file, source: bytes.toString('utf8') })}\n`);
  return new CommandFailure(error.body.name, error.body.message.split('\n')[0]?.replace(/:$/, '.') ?? error.body.message);
}
