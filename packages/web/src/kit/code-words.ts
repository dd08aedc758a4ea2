/** Words of the API for people: statuses, operations, phases. Those that are known go through the catalogue; a plan's own are as they are. Pure. */
import { t } from 'i18next';

/** English → as this language has it. */
const KNOWN: Readonly<Record<string, () => string>> = {
  // Statuses of instances, cells, snapshots, upgrades, subscriptions and the like.
  Active: () => t('Active'),
  Approved: () => t('Approved'),
  Cancelled: () => t('Cancelled'),
  Complete: () => t('Complete'),
  Deleted: () => t('Deleted'),
  Deleting: () => t('Deleting'),
  Delivered: () => t('Delivered'),
  Denied: () => t('Denied'),
  Deploying: () => t('Deploying'),
  Deprecated: () => t('Deprecated'),
  Disconnected: () => t('Disconnected'),
  Failed: () => t('Failed'),
  'In progress': () => t('In progress'),
  Paused: () => t('Paused'),
  Pending: () => t('Pending'),
  Preferred: () => t('Preferred'),
  Ready: () => t('Ready'),
  Restarting: () => t('Restarting'),
  Running: () => t('Running'),
  'Scaling down': () => t('Scaling down'),
  'Scaling up': () => t('Scaling up'),
  Scheduled: () => t('Scheduled'),
  Sent: () => t('Sent'),
  Skipped: () => t('Skipped'),
  Starting: () => t('Starting'),
  Stopped: () => t('Stopped'),
  Stopping: () => t('Stopping'),
  Suspended: () => t('Suspended'),
  Terminated: () => t('Terminated'),
  Unknown: () => t('Unknown'),
  Waiting: () => t('Waiting'),
  // Phases of runs and tasks.
  Error: () => t('Error'),
  Omitted: () => t('Omitted'),
  Succeeded: () => t('Succeeded'),
  // Operations.
  'Add capacity': () => t('Add capacity'),
  Backup: () => t('Backup'),
  Create: () => t('Create'),
  Delete: () => t('Delete'),
  'Delete backup': () => t('Delete backup'),
  Failover: () => t('Failover'),
  Modify: () => t('Modify'),
  'Remove capacity': () => t('Remove capacity'),
  Restart: () => t('Restart'),
  Restore: () => t('Restore'),
  Start: () => t('Start'),
  Stop: () => t('Stop'),
  Upgrade: () => t('Upgrade'),
  // How an instance is reached.
  Internal: () => t('Internal'),
  Public: () => t('Public'),
};

/** `SCALING_UP` → "Scaling up", `ResetPassword` → "Reset password". */
export function inWords(code: string): string {
  const words = code
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  const english = words.charAt(0).toUpperCase() + words.slice(1);
  return Object.hasOwn(KNOWN, english) ? (KNOWN[english]?.() ?? english) : english;
}
