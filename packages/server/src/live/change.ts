/** What a fact means to somebody with a page open: which things are to be asked for anew, and who may hear of it. Pure. */
import type { Change, Noun } from '@cellplane/api';
import { isCustomer, type Viewer } from '../identity/viewer.js';

/** An event with whose it is. What a fact has nothing to do with is null. */
export interface Fact {
  position: number;
  kind: string;
  subject: string;
  payload: Record<string, unknown>;
  at: Date;
  providerOrgId: string | null;
  /** The customer's organization. */
  orgId: string | null;
  subscriptionId: string | null;
  serviceId: string | null;
  /** Of a request: whose it is. */
  userId: string | null;
  /** The present status of the instance. */
  status: string | null;
  /** The run is of a workflow that is the provider's alone. */
  isProvidersOnly: boolean;
}

/** What somebody may see, for each noun that they may hear of. */
export type Views = Partial<Record<Noun, Viewer & { userId: string }>>;

type Told = Pick<Change, 'noun' | 'id' | 'instanceId'>;

const text = (value: unknown) => (typeof value === 'string' ? { id: value } : {});

/** What has changed by a fact. Of a kind that this program does not know: nothing. */
export function changesOf(fact: Fact): Change[] {
  const at = fact.at.toISOString();
  const status = fact.status === null ? {} : { status: fact.status };
  return toldOf(fact).map((told) => ({ ...told, at, ...(told.noun === 'instances' ? status : {}) }));
}

function toldOf({ kind, subject, payload }: Fact): Told[] {
  const instance: Told = { noun: 'instances', id: subject };
  if (kind === 'thing-changed') return [{ noun: payload['noun'] as Noun, id: subject }];
  if (kind.startsWith('instance-')) return [instance];
  if (kind.startsWith('operation-'))
    return [
      instance,
      { noun: 'runs', ...text(payload['operationId']), instanceId: subject },
      // Of an upgrade; its path counts it.
      ...(typeof payload['toVersion'] === 'string' ? [{ noun: 'upgrades' } as const] : []),
    ];
  if (kind.startsWith('step-')) return [{ noun: 'runs', ...text(payload['runId']), instanceId: subject }];
  if (kind.startsWith('snapshot-')) return [{ noun: 'snapshots', ...text(payload['snapshotId']), instanceId: subject }];
  if (kind.startsWith('plan-')) return [{ noun: 'plans', id: subject }];
  if (kind.startsWith('upgrade-path-')) return [{ noun: 'upgrades', id: subject }];
  if (kind.startsWith('subscription-') || kind.startsWith('quota-')) return [{ noun: 'subscriptions', id: subject }];
  if (kind.startsWith('budget-')) return [{ noun: 'subscriptions', ...text(payload['subscriptionId']) }];
  if (kind.startsWith('member-')) return [{ noun: 'people' }, { noun: 'subscriptions', id: subject }];
  if (kind === 'user-signed-up' || kind === 'person-invited') return [{ noun: 'people' }];
  return [];
}

/**
 * Whether a viewer may hear of a fact under a noun. A provider's people: of what their organization has or offers, and of single products if
 * their role is for these. Customers: of the subscriptions that they are members of, of their own requests, and of the catalogue; of no run of a
 * workflow that is the provider's alone.
 */
export function isHeard(noun: Noun, fact: Fact, view: Viewer & { userId: string }): boolean {
  if (isCustomer(view)) {
    if (noun === 'runs' && fact.isProvidersOnly) return false;
    if (noun === 'plans') return fact.providerOrgId !== null && fact.providerOrgId === view.providerOrgId;
    if (fact.subscriptionId !== null) return view.subscriptions?.includes(fact.subscriptionId) === true;
    return fact.userId !== null && fact.userId === view.userId;
  }
  if (fact.providerOrgId !== view.orgId && fact.orgId !== view.orgId) return false;
  return view.products === undefined || (fact.serviceId !== null && view.products.includes(fact.serviceId));
}

/** A customer learns that the catalogue is another one, not which plan: it may be one that they are not offered. */
export function asHeard(change: Change, view: Viewer): Change {
  return change.noun === 'plans' && isCustomer(view) ? { noun: change.noun, at: change.at } : change;
}
