import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChartSources, refuseSource } from './chart-guard.js';
import { type ChartReference, REGISTRY_FILE, REPOSITORY_FILE, chartSource } from './chart-source.js';
import { CommandError, type CommandResult, runCommand } from './child-process.js';
import type { ProcessGroup } from './process-group.js';
import { HelmError, refusal } from './helm-error.js';
import { readRendered, type Rendered, renderedIn } from './helm-render.js';
import { type WorkFolder, WorkFolderError, type WorkFolders } from './work-folders.js';

/** A release's state, in Helm's own words (reference: helm release). */
type ReleaseState =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

/** What Helm says of a release. */
export interface ReleaseStatus {
  name: string;
  namespace: string;
  revision: number;
  state: ReleaseState;
  /** `cloudnative-pg-0.28.2`: name and version of the chart. */
  chart: string;
  /** What whoever wrote the revision said of it, or Helm itself. */
  description: string;
  updatedAt: Date;
}

/** Which release, on which cluster. */
export interface ReleaseTarget {
  /** Text of a kubeconfig; written to a private file for the time of the call. */
  kubeconfig: string;
  namespace: string;
  name: string;
}

export interface InstallOptions {
  chart: ChartReference;
  /** JSON object of values; absent = the chart's own. */
  values?: unknown;
  /** For the whole installation, waiting for its workloads included. Milliseconds. */
  timeoutMs: number;
  /** Kept with the revision once it is deployed. */
  description?: string;
  signal?: AbortSignal;
  /** Records Helm's process group before it does anything that lasts (docs/architecture.md#charts). */
  onStarted?: (group: ProcessGroup) => Promise<void>;
  /** Gets what Helm writes while it installs, as it comes. */
  onOutput?: (text: string) => void;
}

export interface RenderOptions {
  chart: ChartReference;
  /** JSON object of values; absent = the chart's own. */
  values?: unknown;
  /** Which Kubernetes the chart is to be rendered for, such as `v1.31.2`. @default the one that Helm was built for */
  kubernetesVersion?: string;
  signal?: AbortSignal;
}

/** The real Helm, as a child process (docs/architecture.md#charts). Every call rejects with `HelmError`. */
export interface Helm {
  /** Version text such as `v3.19.2`. */
  version(): Promise<string>;
  /** The release's state, or undefined if there is none. */
  status(target: ReleaseTarget): Promise<ReleaseStatus | undefined>;
  /** The values that the release was given, without the chart's own. */
  values(target: ReleaseTarget): Promise<unknown>;
  /** Installs or upgrades and waits until the workloads are ready. */
  install(target: ReleaseTarget, options: InstallOptions): Promise<ReleaseStatus>;
  /** The definitions that a chart would bring, as YAML, without asking a cluster. */
  render(target: Omit<ReleaseTarget, 'kubeconfig'>, options: RenderOptions): Promise<Rendered>;
  uninstall(target: ReleaseTarget, options: { timeoutMs: number; signal?: AbortSignal }): Promise<void>;
}

/** For rendering a chart, fetching it included. Milliseconds. */
const RENDER_MS = 60_000;

const IF_MISSING = 'Install Helm 3 (https://helm.sh/docs/intro/install/) or name its path in CELLPLANE_HELM.';

/** @param config.helm name or path of the program */
export function createHelm(config: { helm: string; folders: WorkFolders } & ChartSources): Helm {
  const within: Within = (work) =>
    config.folders.within(work).catch((error: unknown) => {
      throw error instanceof WorkFolderError ? new HelmError(error.message, 'helm-failed', true) : error;
    });
  const withTarget = <T>(target: ReleaseTarget, work: (folder: WorkFolder, args: string[]) => Promise<T>) => onTarget(within, target, work);
  return {
    version: () =>
      within(async (folder) =>
        (await call(config.helm, folder, ['version', '--template', '{{.Version}}'], { timeoutMs: 10_000 })).stdout.trim(),
      ),
    status: (target) => withTarget(target, (folder, args) => readStatus(config.helm, folder, args)),
    values: (target) =>
      withTarget(target, async (folder, args) => {
        const answer = await call(config.helm, folder, ['get', 'values', ...args, '--output', 'json'], { timeoutMs: 30_000 });
        return JSON.parse(answer.stdout) as unknown;
      }),
    install: (target, options) =>
      withTarget(target, async (folder, args) => {
        const refused = await refuseSource(options.chart, target.namespace, config);
        if (refused !== undefined) throw new HelmError(refused, 'helm-failed', false);
        const { chart, args: chartArgs } = await prepared(config, folder, options);
        const [name = '', ...where] = args;
        const seconds = Math.max(1, Math.floor(options.timeoutMs / 1000));
        await call(
          config.helm,
          folder,
          [
            'upgrade',
            '--install',
            name,
            chart,
            ...chartArgs,
            ...where,
            '--create-namespace',
            '--wait',
            '--timeout',
            `${seconds}s`,
            '--history-max',
            '5',
            ...(options.description === undefined ? [] : ['--description', options.description]),
          ],
          { ...options, timeoutMs: options.timeoutMs + 15_000 },
        );
        const status = await readStatus(config.helm, folder, args);
        if (status === undefined)
          throw new HelmError(`Helm reported success, but there is no release ${target.name} in ${target.namespace}.`, 'helm-failed', true);
        return status;
      }),
    render: async (target, options) => {
      requireNames(target);
      const refused = await refuseSource(options.chart, target.namespace, config);
      if (refused !== undefined) throw new HelmError(refused, 'helm-failed', false);
      return within(async (folder) => {
        const { chart, args } = await prepared(config, folder, options);
        const version = options.kubernetesVersion === undefined ? [] : ['--kube-version', options.kubernetesVersion];
        const where = ['--namespace', target.namespace, '--is-upgrade', '--include-crds', '--output-dir', renderedIn(folder)];
        const limits = { timeoutMs: RENDER_MS, signal: options.signal };
        await call(config.helm, folder, ['template', target.name, chart, ...args, ...where, ...version], limits);
        return readRendered(folder);
      });
    },
    uninstall: (target, options) =>
      withTarget(target, async (folder, args) => {
        const seconds = Math.max(1, Math.floor(options.timeoutMs / 1000));
        await call(config.helm, folder, ['uninstall', ...args, '--ignore-not-found', '--wait', '--timeout', `${seconds}s`], {
          timeoutMs: options.timeoutMs + 15_000,
          signal: options.signal,
        });
      }),
  };
}

type Within = WorkFolders['within'];

/** @throws HelmError */
function requireNames(target: { name: string; namespace: string }): void {
  for (const name of [target.name, target.namespace]) {
    // Helm would take a leading dash for an option.
    if (!/^[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?$/.test(name))
      throw new HelmError(`"${name}" cannot be the name of a release or namespace.`, 'helm-failed', false);
  }
}

/** The chart as Helm is to be told of it, with its values; private files lie in the folder then, and the index, where one is needed. */
async function prepared(
  config: { helm: string } & ChartSources,
  folder: WorkFolder,
  options: Pick<InstallOptions, 'chart' | 'values' | 'signal'>,
): Promise<{ chart: string; args: string[] }> {
  const source = chartSource(options.chart, config.chartMirrors);
  await writePrivately(folder, source.files);
  const hasValues = options.values !== undefined && options.values !== null;
  if (hasValues) await writePrivately(folder, { 'values.json': JSON.stringify(options.values) });
  if (source.needsIndex) await updateIndex(config.helm, folder, options.signal);
  const [chart = '', ...args] = source.args;
  return { chart, args: hasValues ? [...args, '--values', join(folder.path, 'values.json')] : args };
}

/** Runs with the target's kubeconfig in a private file; `args` are the release name and where it is. */
function onTarget<T>(within: Within, target: ReleaseTarget, work: (folder: WorkFolder, args: string[]) => Promise<T>): Promise<T> {
  requireNames(target);
  return within(async (folder) => {
    await writePrivately(folder, { kubeconfig: target.kubeconfig });
    return work(folder, [target.name, '--namespace', target.namespace, '--kubeconfig', join(folder.path, 'kubeconfig')]);
  });
}

async function writePrivately(folder: WorkFolder, files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder.path, name);
    await writeFile(path, content, { mode: 0o600 });
    await chmod(path, 0o600);
  }
}

async function readStatus(helm: string, folder: WorkFolder, args: string[]): Promise<ReleaseStatus | undefined> {
  interface Revision {
    revision: number;
    updated: string;
    status: ReleaseState;
    chart: string;
    description: string;
  }
  // `history` tells the chart's version and the description, which no other command tells together. The newest comes last.
  const found = await call(helm, folder, ['history', ...args, '--max', '1', '--output', 'json'], { timeoutMs: 30_000 }).catch(
    (error: unknown) => {
      if (error instanceof HelmError && /\brelease: not found$/.test(error.message)) return undefined;
      throw error;
    },
  );
  const row = found === undefined ? undefined : (JSON.parse(found.stdout) as Revision[]).at(-1);
  if (row === undefined) return undefined;
  const { revision, status: state, chart, description } = row;
  const [name = '', , namespace = ''] = args;
  return { name, namespace, revision, state, chart, description, updatedAt: new Date(row.updated) };
}

/** Fetches the repository's index. Helm tells on its standard output why that failed, and calls it a success unless told otherwise. */
async function updateIndex(helm: string, folder: WorkFolder, signal: AbortSignal | undefined): Promise<void> {
  const limits = { timeoutMs: 60_000, signal };
  const result = await run(helm, folder, ['repo', 'update', '--fail-on-repo-update-fail'], limits);
  if (result.exitCode === 0) return;
  const reason = /Unable to get an update from [^\n]*\n\s*(\S.*)/.exec(result.stdout)?.[1];
  throw refusal(reason === undefined ? result.stderr : `Error: ${reason}`, folder.path);
}

interface Limits {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  onStarted?: ((group: ProcessGroup) => Promise<void>) | undefined;
  onOutput?: ((text: string) => void) | undefined;
}

/** Runs Helm; anything but success rejects in Helm's words. */
async function call(helm: string, folder: WorkFolder, args: string[], limits: Limits): Promise<CommandResult> {
  const result = await run(helm, folder, args, limits);
  if (result.exitCode !== 0) throw refusal(result.stderr, folder.path);
  return result;
}

async function run(helm: string, folder: WorkFolder, args: string[], limits: Limits): Promise<CommandResult> {
  // Nothing of the machine's own Helm settings leaks in, and two calls never share a file.
  const home = join(folder.path, 'helm');
  await mkdir(join(home, 'temporary'), { recursive: true });
  const env = {
    HOME: folder.path,
    TMPDIR: join(home, 'temporary'),
    HELM_CACHE_HOME: join(home, 'cache'),
    HELM_CONFIG_HOME: join(home, 'config'),
    HELM_DATA_HOME: join(home, 'data'),
    HELM_REPOSITORY_CONFIG: join(folder.path, REPOSITORY_FILE),
    HELM_REGISTRY_CONFIG: join(folder.path, REGISTRY_FILE),
    HELM_PLUGINS: join(home, 'plugins'),
  };
  return runCommand({
    program: helm,
    args,
    env,
    cwd: folder.path,
    timeoutMs: limits.timeoutMs,
    ifMissing: IF_MISSING,
    ...(limits.signal === undefined ? {} : { signal: limits.signal }),
    ...(limits.onOutput === undefined ? {} : { onOutput: limits.onOutput }),
    onStarted: async (group) => {
      await folder.record(group);
      await limits.onStarted?.(group);
    },
  }).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    if (error.code === 'program-missing') throw new HelmError(error.message, 'helm-missing', false);
    throw new HelmError(error.message, error.code === 'program-timeout' ? 'helm-timeout' : 'helm-aborted', true);
  });
}
