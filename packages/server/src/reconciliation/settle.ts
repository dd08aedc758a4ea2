/** Tells on an instance what was found, and takes it back when it is over: row, event and log line together. */
import { planVersion } from '../catalog/catalog.js';
import { type Database, transaction } from '../database/database.js';
import { waitForLocks } from '../database/wait-for-locks.js';
import { gaveWay } from '../database/away.js';
import { type InstanceFinding, isLoss } from '../instances/finding.js';
import { setFindings } from '../instances/finding-store.js';
import { insertInstanceEvent } from '../instances/instance-event-store.js';
import { lockInstance } from '../instances/store.js';
import type { Logger } from '../log.js';
import { selectLastGood } from '../snapshots/store.js';
import { stillRests } from './expected-store.js';
import { type Confirmed, findingsOf, isNews } from './words.js';

/** Whoever holds the row acts on the instance: the next pass tells. Milliseconds. */
const ROW_LOCK_MS = 200;

export interface SettleDeps {
  db: Database;
  log: Logger;
}

/** Stores what there is to tell of the instance, unless something has happened to it since. Answers what it tells then. */
export async function settle({ db, log }: SettleDeps, confirmed: Confirmed, now: Date): Promise<InstanceFinding[]> {
  const { instance } = confirmed;
  try {
    return await transaction(db, async (tx) => {
      await waitForLocks(tx, ROW_LOCK_MS);
      const row = await lockInstance(tx, instance.id);
      if (row === undefined || !(await stillRests(tx, instance))) return instance.findings;
      const version = await planVersion(tx, row.providerOrgId, row.planId, row.planVersion);
      const good = await selectLastGood(tx, row.id);
      const remedies = { plan: version.compiled, resourceKey: row.resourceKey, ...(good === undefined ? {} : { snapshotId: good.id }) };
      const findings = findingsOf({ ...confirmed, instance: { ...instance, findings: row.findings } }, remedies, now);
      if (JSON.stringify(findings) === JSON.stringify(inOrder(row.findings))) return findings;
      await setFindings(tx, row.id, findings);
      if (isNews(findings, row.findings)) {
        const message = findings.map((one) => one.message).join('; ');
        await insertInstanceEvent(tx, { instanceId: row.id, type: 'CellDiffers', message, isLoss: findings.some(isLoss) });
        log.error({ alarm: 'cell-differs', instance: row.id, codes: findings.map((one) => one.code) }, `${row.id}: ${message}`);
      } else if (findings.length === 0) {
        const message = 'its cell holds again what it should';
        await insertInstanceEvent(tx, { instanceId: row.id, type: 'CellAgrees', message, isLoss: row.findings.some(isLoss) });
        log.info({ instance: row.id }, `${row.id}: ${message}`);
      }
      return findings;
    });
  } catch (error) {
    if (gaveWay(error)) return instance.findings;
    throw error;
  }
}

/** Members in the order in which they are written: what comes out of jsonb has its own. */
function inOrder(findings: InstanceFinding[]): InstanceFinding[] {
  return findings.map(({ code, message, since, objects, count, commands }) => ({
    code,
    message,
    since,
    objects: objects.map(({ apiVersion, kind, name }) => ({ apiVersion, kind, name })),
    count,
    commands,
  }));
}
