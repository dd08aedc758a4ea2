/** `simulate`: what a plan does, without a cluster. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Context } from '../context.js';
import { countOf } from './build.js';
import { CommandFailure } from '../failure.js';
import { readParameters } from '../parameters.js';
import { readSpec, SPEC } from './spec-file.js';

interface SimulateOptions {
  file: string;
  param?: string[];
  paramFile?: string;
  resource?: string;
  operators: 'succeed' | 'fail' | 'hang';
  all?: boolean;
  taskTimeout: number;
}

/** Adds the command. */
export function addSimulateCommand(program: Command, context: Context): void {
  program
    .command('simulate')
    .requiredOption('-f, --file <path>', SPEC)
    .option(
      '--param <value>',
      'a JSON object, name=value, or workflow.name=value for a custom workflow; may be given several times',
      (value: string, before: string[] | undefined) => [...(before ?? []), value],
    )
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--resource <name>', 'resource; the first one offered if left out')
    .option('--all', 'then every other operation that the plan offers: backup, restore, scaling, custom workflows …, and the delete')
    .option('--task-timeout <duration>', 'a step that takes longer is given up: 90s, 5m', readDuration, 60_000)
    .addOption(
      new Option('--operators <outcome>', 'what operators do that the simulated cell does not know')
        .choices(['succeed', 'fail', 'hang'])
        .env('CELLPLANE_SIMULATED_OPERATORS')
        .default('succeed'),
    )
    .addHelpText(
      'after',
      '\nOperators that the simulated cell knows (CloudNativePG) behave like them; of any other, the status is made to satisfy the plan’s\nown gates, and what only the operator would make is made up and told. So are values of required parameters. Exit code 0 if everything succeeded, else 1.\n\nExamples:\n  cellplane simulate -f spec.yaml --all\n  cellplane simulate -f spec.yaml --param size=3 --operators fail',
    )
    .action(async (options: SimulateOptions) => {
      const spec = await readSpec(context, options.file);
      const source = spec.toString('utf8');
      const { buildPlan, formatProblems } = await import('@cellplane/plan');
      const { problems, plan } = buildPlan(spec);
      if (plan === undefined) {
        context.stderr(`${formatProblems(problems, { file: options.file, source })}\n`);
        throw new CommandFailure(
          'invalid_plan_spec',
          `${options.file} has ${countOf(problems)}, and cannot be simulated before they are cured.`,
        );
      }
      const parameters = (await readParameters(options.param, options.paramFile)) ?? {};
      const { interruption, onParentGone } = await import('@cellplane/server/launch');
      const interrupted = interruption(onParentGone);
      try {
        const { simulate } = await import('../simulate/simulate.js');
        const succeeded = await simulate({
          file: options.file,
          spec,
          plan,
          secrets: [...new Set([...source.matchAll(/\$secret\.([A-Za-z0-9_-]+)/g)].map((match) => match[1] ?? ''))],
          parameters,
          ...(options.resource === undefined ? {} : { resource: options.resource }),
          outcome: options.operators,
          all: options.all === true,
          limitMs: options.taskTimeout,
          screen: context.screen,
          interruption: interrupted,
        });
        if (!succeeded) throw new CommandFailure('failed', `The simulation of ${options.file} did not succeed.`);
      } finally {
        interrupted.dispose();
      }
    });
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `5m`; a bare number counts seconds. Milliseconds. */
function readDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  const value = Number(match?.[1]) * (UNITS[match?.[2] ?? 's'] ?? 0);
  if (match === null || value < 1_000 || value > 24 * 3_600_000)
    throw new InvalidArgumentError('It must be a time from 1s to 24h, such as 90s or 5m.');
  return value;
}
