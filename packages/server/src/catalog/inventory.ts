/**
 * What the catalogue needs to know of the rooms to its right; they give it when the parts are put together.
 *
 * It asks at once instead of following events: whether a plan may go must hold in the transaction that deletes it, and what is searched
 * or counted must show what has just been committed. A follower of events would know both only later, and would keep copies of rows that
 * other rooms own.
 */
import type { Caller, Handlers } from '@cellplane/api';
import type { Viewer } from '../identity/viewer.js';
import type { Database, Transaction } from '../database/database.js';

type SearchAnswer = Awaited<ReturnType<Handlers['searchInventory']>>;
type SearchRequest = Parameters<Handlers['searchInventory']>[0]['body'];

export type InstanceRecord = NonNullable<SearchAnswer['resourceInstanceResults']>[number];
type SubscriptionRecord = NonNullable<SearchAnswer['subscriptionResults']>[number];
type CellRecord = NonNullable<SearchAnswer['deploymentCellResults']>[number];
export type UpgradePathRecord = NonNullable<SearchAnswer['upgradePathResults']>[number];
export type SnapshotRecord = NonNullable<SearchAnswer['snapshotResults']>[number];
export type InstanceSearchFilters = NonNullable<SearchRequest['filters']>['resourceInstance'];

export interface CellRegion {
  cloudProvider: string;
  region: string;
}

export interface SnapshotRemoval {
  left: number;
  failed?: { id: string; message: string };
}

export interface Inventory {
  /** Instances of these plans that are not gone, by plan id and version. Plans without any are left out. */
  countInstances(db: Database, planIds: string[]): Promise<{ planId: string; version: string; count: number }[]>;
  /** Snapshots of instances of these plans that are not removed. */
  countSnapshots(tx: Transaction, planIds: string[]): Promise<number>;
  /**
   * Has all snapshots of these plans removed by due work. `begin`: tries of before do not count. Answers how many are left, and one whose
   * removal has failed several times.
   */
  removeSnapshots(tx: Transaction, planIds: string[], what: 'begin' | 'go on'): Promise<SnapshotRemoval>;
  /** Whether nothing acts on instances of these plans, gone ones too. */
  isQuiet(tx: Transaction, planIds: string[]): Promise<boolean>;
  /** Ends what there is of plans without live instances and snapshots, before they are deleted. @throws DomainError invalid_state */
  endPlans(tx: Transaction, planIds: string[]): Promise<void>;
  /** Instances whose id or name contains the text, ignoring case. */
  searchInstances(caller: Caller, text: string, filters: InstanceSearchFilters): Promise<InstanceRecord[]>;
  /** Subscriptions likewise. */
  searchSubscriptions(caller: Caller, text: string): Promise<SubscriptionRecord[]>;
  /** Snapshots whose id, or that of their source instance, contains the text, ignoring case. */
  searchSnapshots(caller: Caller, text: string): Promise<SnapshotRecord[]>;
  /** Deployment cells whose id or key contains the text, ignoring case; none for roles that are given for products. */
  searchCells(caller: Caller, text: string): Promise<CellRecord[]>;
  /** Upgrade paths whose id contains the text, ignoring case. */
  searchUpgradePaths(caller: Caller, text: string): Promise<UpgradePathRecord[]>;
  /** The newest upgrade path to each version of the plan. */
  latestUpgradePaths(db: Database, planId: string): Promise<{ version: string; id: string }[]>;
  /** Plans of which a customer is a member of a subscription. */
  subscribedPlans(db: Database, viewer: Viewer): Promise<string[]>;
  /** Where instances can be made. */
  regions(orgId: string): Promise<CellRegion[]>;
  /** Of these references (`$sys.deploymentCell.cidrRange`), those that no deployment cell can fill. */
  unfilled(references: string[]): Promise<string[]>;
}
