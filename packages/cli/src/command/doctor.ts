/** `doctor`: whether a cluster can be a deployment cell, and what is missing. */
import type { CompiledPlan } from '@cellplane/plan';
import type { Check } from '@cellplane/server';
import type { Command } from 'commander';
import { type Context, printList } from '../context.js';
import { CommandFailure } from '../failure.js';
import type { Format } from '../output.js';
import { countOf } from './build.js';
import { readSpec } from './spec-file.js';

interface DoctorOptions {
  kubeconfig?: string;
  file?: string;
  clusterRole?: boolean;
  output?: Format;
}

/** Adds the command. */
export function addDoctorCommand(program: Command, context: Context): void {
  program
    .command('doctor')
    .option('--kubeconfig <path>', 'kubeconfig of the cluster (or CELLPLANE_KUBECONFIG)')
    .option('-f, --file <path>', 'a plan spec: its kinds and charts are checked too')
    .option('--cluster-role', 'print the ClusterRole that an account needs, and check nothing')
    .addHelpText(
      'after',
      `
Checks the version, the rights of the account, kinds, StorageClass, cert-manager, DNS and Helm. Nothing is changed in the cluster.
Exit code 0 if nothing failed (warnings are allowed), else 1.

Examples:
  cellplane doctor --kubeconfig cell.yaml -f spec.yaml
  cellplane doctor --cluster-role | kubectl apply -f -`,
    )
    .action(async (own: DoctorOptions, command: Command) => {
      const options = { ...command.optsWithGlobals<DoctorOptions & { output: Format }>(), ...own };
      const plan = options.file === undefined ? undefined : await compiledPlan(context, options.file);
      if (options.clusterRole === true) return context.screen.write(await clusterRoleText(plan));
      const named = options.kubeconfig === undefined ? 'CELLPLANE_KUBECONFIG' : '--kubeconfig';
      const kubeconfig = options.kubeconfig ?? context.env['CELLPLANE_KUBECONFIG'];
      if (kubeconfig === undefined || kubeconfig === '')
        throw new CommandFailure('bad_request', 'There is no cluster to check: give --kubeconfig, or set CELLPLANE_KUBECONFIG.');
      const { examineCluster, readConfig } = await import('@cellplane/server');
      const { helm, endpointDomain } = readConfig(context.env);
      const checks = await examineCluster({ kubeconfig, named, helm, endpointDomain, ...(plan === undefined ? {} : { plan }) });
      tell(context, { output: options.output ?? 'table' }, checks);
      const failures = checks.filter(({ outcome }) => outcome === 'failed').length;
      if (failures > 0) {
        const count = failures === 1 ? '1 check' : `${failures} checks`;
        throw new CommandFailure('failed', `${count} of ${checks.length} failed: the cluster cannot be a deployment cell as it is.`);
      }
    });
}

/** @throws CommandFailure with the problems on stderr */
async function compiledPlan(context: Context, file: string): Promise<CompiledPlan> {
  const spec = await readSpec(context, file);
  const { buildPlan, formatProblems } = await import('@cellplane/plan');
  const { problems, plan } = buildPlan(spec);
  if (plan !== undefined) return plan;
  context.stderr(`${formatProblems(problems, { file, source: spec.toString('utf8') })}\n`);
  throw new CommandFailure('invalid_plan_spec', `${file} has ${countOf(problems)}; cure them before its cluster is checked.`);
}

/** YAML for `kubectl apply`. Plurals of a plan's kinds are guessed as Kubernetes does: only the cluster knows them. */
async function clusterRoleText(plan: CompiledPlan | undefined): Promise<string> {
  const [{ clusterRole, rightsFor }, { groupOf }, { stringify }] = await Promise.all([
    import('@cellplane/server'),
    import('@cellplane/plan'),
    import('yaml'),
  ]);
  const kinds = (plan?.resources ?? []).flatMap((resource) => resource.kinds);
  const served = kinds.map(({ apiVersion, kind, verbs }) => ({
    group: groupOf(apiVersion),
    resource: pluralOf(kind),
    verbs,
  }));
  return clusterRole(rightsFor(served))
    .map((object) => stringify(object, { lineWidth: 0 }))
    .join('---\n');
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (/(s|x|z|ch|sh)$/.test(name)) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

const SIGNS: Record<Check['outcome'], string> = { ok: '✓', warning: '!', failed: '✗', skipped: '-' };

function tell(context: Context, options: { output: Format }, checks: readonly Check[]): void {
  if (options.output !== 'table')
    return printList(context, options, checks, {
      CHECK: (check) => check.name,
      OUTCOME: (check) => check.outcome,
      MESSAGE: (check) => check.message,
      CURE: (check) => check.cure,
    });
  const width = Math.max(...checks.map(({ name }) => name.length));
  for (const { name, outcome, message, cure } of checks) {
    context.screen.write(`${SIGNS[outcome]} ${name.padEnd(width)}  ${message}\n`);
    if (cure !== '') context.screen.write(`  ${' '.repeat(width)}  → ${cure}\n`);
  }
}
