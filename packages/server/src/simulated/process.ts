/** What is known of a simulated cell's process from the files in its folder. */
import { join } from 'node:path';
import { asProcessGroup, groupState, type ProcessGroup, processGroup } from '../exec/process-group.js';
import type { SimulatorProcess } from '../exec/simulator-process.js';
import { readMemo, readShort, writeMemo } from '../exec/memo-file.js';

/** Records a started process, so that a later server finds it. */
export async function keepProcess(folder: string, started: SimulatorProcess): Promise<void> {
  await writeMemo(fileOf(folder), started);
}

/**
 * The process that was noted. Where the note is gone or damaged, the process itself is found by its lock, and how to speak to it by
 * its kubeconfig: both are its own.
 */
export async function readProcess(folder: string): Promise<(Partial<SimulatorProcess> & Pick<SimulatorProcess, 'group'>) | undefined> {
  const noted = await readMemo(fileOf(folder), ({ url, kubeconfig, group }) => {
    const of = asProcessGroup(group);
    return typeof url === 'string' && typeof kubeconfig === 'string' && of !== undefined ? { url, kubeconfig, group: of } : undefined;
  });
  if (noted !== undefined && groupState(noted.group) !== 'gone') return noted;
  const group = await holderOf(folder);
  if (group === undefined) return noted;
  const kubeconfig = await readShort(join(folder, 'kubeconfig')).catch(() => undefined);
  return kubeconfig === undefined ? { group } : { group, kubeconfig };
}

/** The live process that has locked the folder: its number, and when it began. */
async function holderOf(folder: string): Promise<ProcessGroup | undefined> {
  const words = await readShort(join(folder, 'lock'), 100).catch(() => undefined);
  const [, pid, born] = /^(\d+) (\d+)\s*$/.exec(words ?? '') ?? [];
  if (pid === undefined || Number(pid) <= 1) return undefined;
  const group = processGroup(Number(pid));
  return group.born === born && groupState(group) === 'alive' ? group : undefined;
}

function fileOf(folder: string): string {
  return join(folder, 'process.json');
}
