/** The simulated cell as a process of its own (docs/simulate.md): it outlives the server that started it. */
import { mkdir, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { startChild } from './child-process.js';
import { groupState, killGroup, type ProcessGroup, processGroup } from './process-group.js';

/** A running simulated cell, as a later server finds it again. Holds the cell's token. */
export interface SimulatorProcess {
  url: string;
  kubeconfig: string;
  group: ProcessGroup;
}

/**
 * Starts `simulator` on a data directory, detached, and waits until it is ready. The port is the wanted one if it is free,
 * so that clients of a restarted cell find it again. Rejects with its last words if it ends first, or after the time.
 */
export async function startSimulatorProcess(options: {
  dataDir: string;
  port?: number;
  timeoutMs?: number;
  signal?: AbortSignal;
}): Promise<SimulatorProcess> {
  try {
    return await start(options);
  } catch (error) {
    if (options.port === undefined || !(error instanceof SimulatorEnded) || !/EADDRINUSE/.test(error.message)) throw error;
    return start({ ...options, port: 0 });
  }
}

/** Ends it in order; kills it if it has not ended after the time. One that is gone already is fine. */
export async function stopSimulatorProcess(group: ProcessGroup, patienceMs: number): Promise<void> {
  if (groupState(group) !== 'alive') return;
  process.kill(group.pgid, 'SIGTERM');
  const deadline = performance.now() + patienceMs;
  while (groupState(group) === 'alive') {
    if (performance.now() > deadline) return killGroup(group.pgid);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** The simulated cell ended before it was ready. */
class SimulatorEnded extends Error {
  override readonly name = 'SimulatorEnded';
}

async function start(options: { dataDir: string; port?: number; timeoutMs?: number; signal?: AbortSignal }): Promise<SimulatorProcess> {
  options.signal?.throwIfAborted();
  const program = join(dirname(createRequire(import.meta.url).resolve('@cellplane/simulator')), 'main.js');
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const logFile = join(options.dataDir, 'simulator.log');
  const log = await open(logFile, 'w', 0o600);
  const stdio: ['ignore', 'pipe', number] = ['ignore', 'pipe', log.fd];
  const args = ['--data-dir', options.dataDir, '--port', String(options.port ?? 0)];
  try {
    const child = startChild(process.execPath, [program, ...args], { cwd: options.dataDir, stdio });
    const { stdout } = child;
    if (stdout === null) throw new SimulatorEnded('the simulated cell has no output');
    const lines = createInterface(stdout);
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    const group = child.pid === undefined ? undefined : processGroup(child.pid);
    try {
      const line = await new Promise<string>((resolve, reject) => {
        timer = setTimeout(() => reject(new SimulatorEnded('the simulated cell did not start in time')), options.timeoutMs ?? 15_000);
        lines.once('line', resolve);
        child.once('error', reject);
        onAbort = () => reject(new SimulatorEnded('the simulated cell was told to stop while it started'));
        options.signal?.addEventListener('abort', onAbort, { once: true });
        child.once('exit', (code) => reject(new SimulatorEnded(`the simulated cell ended with code ${code}`)));
      });
      const ready = JSON.parse(line) as { url: string; kubeconfig: string };
      if (group === undefined) throw new SimulatorEnded('the simulated cell has no process id');
      return { ...ready, group };
    } catch (error) {
      if (group !== undefined) killGroup(group.pgid);
      const words = (await readTail(logFile)).trim();
      throw new SimulatorEnded(`${error instanceof Error ? error.message : String(error)}${words === '' ? '' : `: ${words}`}`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
      if (onAbort !== undefined) options.signal?.removeEventListener('abort', onAbort);
      // It goes on without us: nothing of it may keep this process alive, or be kept alive by it.
      lines.close();
      stdout.destroy();
      child.removeAllListeners();
      child.unref();
    }
  } finally {
    await log.close();
  }
}

async function readTail(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    return (await file.readFile('utf8')).split('\n').slice(-6).join('\n');
  } finally {
    await file.close();
  }
}
