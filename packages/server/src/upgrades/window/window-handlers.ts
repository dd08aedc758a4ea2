/** Handlers of maintenance windows: a provider's people set those of all customers, members those of their subscriptions. */
import type { Caller, Handlers } from '@cellplane/api';
import { databaseTime } from '../../database/clock.js';
import { transaction } from '../../database/database.js';
import { notFound } from '../../errors.js';
import { catalogOf } from '../../identity/viewer.js';
import { selectOwnList } from '../../subscriptions/own-list-store.js';
import type { UpgradeDeps } from '../deps.js';
import { readWindow, windowAt, windowOnWire, type WireWindow } from './maintenance-window.js';
import { wakePathsOf } from '../path-store.js';
import { deleteWindow, lookAgain, putWindow, selectPathsWaitingFor, selectWindows, type WindowRow } from './window-store.js';
import { isCustomerOf, selectSubjectNames } from './window-subject-store.js';

type WindowHandlers = Pick<
  Handlers,
  | 'listMaintenanceWindows'
  | 'setMaintenanceWindow'
  | 'deleteMaintenanceWindow'
  | 'customerListMaintenanceWindows'
  | 'customerSetMaintenanceWindow'
  | 'customerDeleteMaintenanceWindow'
>;
type SetWindow = Awaited<ReturnType<Handlers['setMaintenanceWindow']>>;

export function windowHandlers(deps: UpgradeDeps): WindowHandlers {
  const { db } = deps.instances;
  const list = async (providerOrgId: string, subjects?: string[]) => {
    const now = await databaseTime(db);
    const rows = await selectWindows(db, providerOrgId, subjects);
    const names = await selectSubjectNames(
      db,
      providerOrgId,
      rows.map(({ subject }) => subject),
    );
    return { maintenanceWindows: rows.map((row) => onWire(row, names.get(row.subject), now)) };
  };
  const set = async (providerOrgId: string, { subject, caller, body }: { subject: string; caller: Caller; body: WireWindow }) => {
    const window = readWindow(body);
    await transaction(db, async (tx) => {
      await putWindow(tx, providerOrgId, { subject, ...window, setBy: caller.userId });
      await again(tx, subject);
    });
    const { maintenanceWindows } = await list(providerOrgId, [subject]);
    const [stored] = maintenanceWindows;
    if (stored === undefined) throw notFound('maintenance window', subject);
    return stored;
  };
  const remove = async (providerOrgId: string, subject: string) => {
    await transaction(db, async (tx) => {
      if (!(await deleteWindow(tx, providerOrgId, subject))) throw notFound('maintenance window', subject);
      await again(tx, subject);
    });
  };
  const own = async (caller: Caller, id: string) => {
    const [subscription] = await selectOwnList(db, caller, { id });
    if (subscription === undefined || (caller.allowed !== undefined && !caller.allowed.includes(id))) throw notFound('subscription', id);
  };
  const customerOf = async (caller: Caller, subject: string) => {
    if (!(await isCustomerOf(db, caller.orgId, subject))) throw notFound('subscription or organization', subject);
  };
  return {
    listMaintenanceWindows: ({ caller }) => list(caller.orgId),
    async setMaintenanceWindow({ params: { subject }, body, caller }) {
      await customerOf(caller, subject);
      return set(caller.orgId, { subject, caller, body });
    },
    deleteMaintenanceWindow: ({ params, caller }) => remove(caller.orgId, params.subject),
    async customerListMaintenanceWindows({ caller }) {
      const subscriptions = await selectOwnList(db, caller, {});
      return list(catalogOf(caller), [...subscriptions.map(({ id }) => id), caller.orgId]);
    },
    async customerSetMaintenanceWindow({ params: { subscriptionId }, body, caller }) {
      await own(caller, subscriptionId);
      return set(catalogOf(caller), { subject: subscriptionId, caller, body });
    },
    async customerDeleteMaintenanceWindow({ params: { subscriptionId }, caller }) {
      await own(caller, subscriptionId);
      await remove(catalogOf(caller), subscriptionId);
    },
  };
}

/** What waits for the window is looked at again. Paths are locked before their instances' rows. */
async function again(tx: Parameters<typeof wakePathsOf>[0], subject: string): Promise<void> {
  const paths = await selectPathsWaitingFor(tx, subject);
  if (paths.length === 0) return;
  await wakePathsOf(tx, paths);
  await lookAgain(tx, subject, paths);
}

function onWire(row: WindowRow, name: string | undefined, now: Date): SetWindow {
  const at = windowAt(row, now);
  return {
    subject: row.subject,
    ...(name === undefined ? {} : { subjectName: name }),
    ...windowOnWire(row),
    setBy: row.setBy,
    setAt: row.setAt.toISOString(),
    open: at.open,
    changesAt: (at.open ? at.until : at.next).toISOString(),
  };
}
