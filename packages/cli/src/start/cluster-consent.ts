/** Whether `start` may install into a cluster: it names the cluster and asks, once for each. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterSeen } from '@cellplane/server/launch';
import { CommandFailure } from '../failure.js';

export interface Consent {
  dataDir: string;
  /** `--yes`. */
  given: boolean;
  /** Absent where nobody can be asked. */
  ask?: ((question: string) => Promise<string>) | undefined;
}

/** What `start` does to a cluster. */
const WORK = 'the example plan installs the operator CloudNativePG with its CRDs, and makes a namespace with a database in it';

/**
 * Returns once a person has agreed, now or at an earlier start with this data directory.
 * @throws CommandFailure if the answer is no, or nobody can be asked
 */
export async function agreeOnCluster(cluster: ClusterSeen, consent: Consent): Promise<void> {
  const file = join(consent.dataDir, 'agreed-clusters.json');
  const agreed = await readAgreed(file);
  const name = `context ${cluster.context === '' ? '(none)' : cluster.context}, server ${cluster.server} (Kubernetes ${cluster.version})`;
  if (agreed.includes(cluster.server)) return;
  if (!consent.given) {
    if (consent.ask === undefined)
      throw new CommandFailure('not_agreed', `This would change a cluster: ${name}: ${WORK}. Say so with --yes (npm start -- --yes).`);
    const answer = await consent.ask(`  This changes your cluster: ${name}:\n  ${WORK}.\n  Go on? Type y: `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFailure('cancelled', 'Nothing was done.');
  }
  await mkdir(consent.dataDir, { recursive: true });
  await writeFile(file, `${JSON.stringify([...agreed, cluster.server])}\n`, { mode: 0o600 });
}

/** A memo: where it is damaged, the person is asked again. */
async function readAgreed(file: string): Promise<string[]> {
  try {
    const agreed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(agreed) ? agreed.filter((one) => typeof one === 'string') : [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || code === 'ENOENT') return [];
    throw new CommandFailure('unusable_file', `${file} cannot be read (${(error as Error).message}). Remove it; then you are asked again.`);
  }
}
