import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChartSources, refuseSource } from './chart-guard.js';
import { type ChartReference, REGISTRY_FILE, REPOSITORY_FILE, chartSource } from './chart-source.js';
import { CommandError, type CommandResult, runCommand } from './child-process.js';
import type { ProcessGroup } from './process-group.js';
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

/** A refusal of Helm in its own words. `retriable` = the cause may pass by itself (network, API server, another operation). */
export class HelmError extends Error {
  override readonly name = 'HelmError';
  constructor(
    message: string,
    readonly code:
      | 'helm-missing'
      | 'helm-timeout'
      | 'helm-aborted'
      | 'chart-not-found'
      | 'chart-unreachable'
      | 'release-busy'
      | 'helm-failed',
    readonly retriable: boolean,
  ) {
    super(message);
  }
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
  uninstall(target: ReleaseTarget, options: { timeoutMs: number; signal?: AbortSignal }): Promise<void>;
}

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
        const source = chartSource(options.chart, config.chartMirrors);
        await writePrivately(folder, source.files);
        if (options.values !== undefined && options.values !== null)
          await writePrivately(folder, { 'values.json': JSON.stringify(options.values) });
        if (source.needsIndex) await updateIndex(config.helm, folder, options.signal);
        const [chart = '', ...chartArgs] = source.args;
        const values = options.values === undefined || options.values === null ? [] : ['--values', join(folder.path, 'values.json')];
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
            ...values,
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

/** Runs with the target's kubeconfig in a private file; `args` are the release name and where it is. */
function onTarget<T>(within: Within, target: ReleaseTarget, work: (folder: WorkFolder, args: string[]) => Promise<T>): Promise<T> {
  for (const name of [target.name, target.namespace]) {
    // Helm would take a leading dash for an option.
    if (!/^[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?$/.test(name))
      throw new HelmError(`"${name}" cannot be the name of a release or namespace.`, 'helm-failed', false);
  }
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

/** Helm's last `Error:` line, classified. Paths of our work folder are taken out of it. */
export function refusal(stderr: string, folder: string): HelmError {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('WARNING'));
  const at = lines.findLastIndex((line) => line.startsWith('Error:'));
  const words = (at < 0 ? lines.slice(-3) : lines.slice(at))
    .join(' ')
    .replace(/^Error:\s*/, '')
    .replaceAll(folder, '');
  const message = words === '' ? 'Helm failed without a word.' : words.slice(0, 2000);
  if (
    /chart ".*" (matching|version|not found)|no chart (name|version) found|chart not found|failed to download|: not found$/i.test(
      message,
    ) &&
    !/dial tcp|timeout|refused|no such host/i.test(message)
  )
    return new HelmError(message, 'chart-not-found', false);
  if (/another operation \(install\/upgrade\/rollback\) is in progress/.test(message)) return new HelmError(message, 'release-busy', true);
  if (/\b(401|403)\b|unauthorized|access denied/i.test(message) && /fetch|download|repository|registry|authorization/i.test(message))
    return new HelmError(message, 'chart-unreachable', false);
  if (
    /looks like .* is not a valid chart repository|could not be reached|dial tcp|no such host|connection refused|i\/o timeout|TLS handshake|EOF$|50[0-9] /i.test(
      message,
    )
  )
    return new HelmError(message, 'chart-unreachable', true);
  if (/timed out|deadline exceeded|context canceled|etcdserver|too many requests|the server is currently unable/i.test(message))
    return new HelmError(message, 'helm-timeout', true);
  return new HelmError(message, 'helm-failed', false);
}
