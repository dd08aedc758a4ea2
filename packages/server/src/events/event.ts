/**
 * Domain facts. An event is a row that is written in the transaction that makes it true, and is never changed. Payloads are small and
 * hold no secrets: ids and words of fixed sets, no parameters, outputs or messages. Whoever needs more reads the subject's rows.
 *
 * What happens inside a run (tasks, gates, stages) has its own log, `run_events`, and is not told here again.
 */
type OfBudget = {
  subscriptionId: string;
  orgId: string;
  providerOrgId: string;
  serviceId: string;
};

/** Payload of each kind. */
export interface EventPayloads {
  'instance-created': { orgId: string; subscriptionId: string; planId: string; planVersion: string };
  /** The status, or its message, is another one than before. */
  'instance-status-changed': { status: string; before: string };
  /** A deleted instance that is restored comes back with `instance-created`. */
  'instance-deleted': { orgId: string };
  /** `by`: a user's id, or the platform's own word. */
  /** A fact that is no operation of it: see `InstanceEventType`. `isLoss`: of a cell that differs: whether the product is not whole. */
  'instance-noted': { type: string; isLoss?: boolean };
  /** Upgrades say from which plan version to which. */
  'operation-started': { operationId: string; operation: string; by: string; fromVersion?: string; toVersion?: string };
  /** One that had ended goes on: its last run is tried again. */
  'operation-retried': { operationId: string; operation: string; runId: string };
  'operation-ended': {
    operationId: string;
    operation: string;
    outcome: 'succeeded' | 'failed' | 'cancelled';
    fromVersion?: string;
    toVersion?: string;
  };
  /** `verb`: the workflow of the plan that the step's run carries out. */
  'step-started': { operationId: string; runId: string; verb: string; resourceKey: string };
  'step-ended': { operationId: string; runId: string; outcome: string };
  'snapshot-started': { snapshotId: string; origin: string };
  'snapshot-taken': { snapshotId: string; origin: string };
  'snapshot-failed': { snapshotId: string; origin: string };
  'snapshot-removed': { snapshotId: string };
  'plan-version-released': { version: string; by: string };
  /** The subject is the upgrade path. */
  'upgrade-path-started': { planId: string };
  /** It has paused itself, in or after this wave, from 1. */
  'upgrade-path-halted': { planId: string; wave: number };
  /** COMPLETE, FAILED or CANCELLED. */
  'upgrade-path-ended': { planId: string; outcome: string };
  'subscription-made': { planId: string; orgId: string };
  /** A customer asks for a plan that needs approval. The subject is the request. */
  'subscription-requested': { planId: string; orgId: string; by: string };
  'subscription-request-approved': { subscriptionId: string; by: string };
  'subscription-request-denied': { by: string };
  'subscription-request-cancelled': { by: string };
  /** Its limit, or the like. */
  'subscription-changed': { by: string };
  'subscription-suspended': { by: string };
  'subscription-resumed': { by: string };
  'subscription-terminated': { by: string };
  /** One more instance has taken it to four fifths of its limit, or to the last place. */
  'quota-near': { orgId: string; limit: number; instances: number };
  'quota-reached': { orgId: string; limit: number; instances: number };
  /** The subject is the budget: it has come, is another one, or is gone. */
  'budget-changed': OfBudget;
  /** This month the use has cost so many per cent of the amount. `month`: its first day, UTC. */
  'budget-reached': OfBudget & { month: string; percent: number; amount: number; spent: number };
  /** The month is expected to cost more than the amount. */
  'budget-expected': OfBudget & { month: string; expected: number; amount: number; spent: number };
  /** The account of a customer counts from now on: the address is confirmed. */
  'user-signed-up': { orgId: string; providerOrgId: string };
  /** Into a provider's own organization. The subject is the invitation. */
  'person-invited': { orgId: string; role: string; by: string };
  'member-invited': { invitationId: string; role: string; by: string };
  /** Whoever was invited has signed in. */
  'member-joined': { userId: string; role: string };
  'member-changed': { userId: string; role: string; by: string };
  /** A member, or an invitation that was not taken up. */
  'member-removed': { by: string } & ({ userId: string } | { invitationId: string });
  /**
   * Something that pages show is another one than before, and no other fact says so. The noun is one of the streams' (docs/streams.md);
   * `orgId`: whose it is, where its rows do not say that.
   */
  'thing-changed': { noun: 'people' | 'plans' | 'upgrades' | 'channels' | 'cells' | 'secrets'; orgId?: string; serviceId?: string };
}

export type EventKind = keyof EventPayloads;

/** Version of the payload's form, by kind. Raised when a field changes its meaning or goes; a new field needs no new version. */
export const EVENT_VERSIONS: Record<EventKind, number> = {
  'instance-created': 1,
  'instance-status-changed': 1,
  'instance-deleted': 1,
  'instance-noted': 1,
  'operation-started': 1,
  'operation-retried': 1,
  'operation-ended': 1,
  'step-started': 1,
  'step-ended': 1,
  'snapshot-started': 1,
  'snapshot-taken': 1,
  'snapshot-failed': 1,
  'snapshot-removed': 1,
  'plan-version-released': 1,
  'upgrade-path-started': 1,
  'upgrade-path-halted': 1,
  'upgrade-path-ended': 1,
  'subscription-made': 1,
  'subscription-requested': 1,
  'subscription-request-approved': 1,
  'subscription-request-denied': 1,
  'subscription-request-cancelled': 1,
  'subscription-suspended': 1,
  'subscription-resumed': 1,
  'subscription-terminated': 1,
  'subscription-changed': 1,
  'quota-near': 1,
  'quota-reached': 1,
  'budget-changed': 1,
  'budget-reached': 1,
  'budget-expected': 1,
  'user-signed-up': 1,
  'person-invited': 1,
  'member-invited': 1,
  'member-joined': 1,
  'member-changed': 1,
  'member-removed': 1,
  'thing-changed': 1,
};

/** All kinds. The table's constraint has them, too. */
export const EVENT_KINDS = Object.keys(EVENT_VERSIONS) as EventKind[];

/** A fact that is to be told. */
export type NewEvent = { [K in EventKind]: { kind: K; subject: string; payload: EventPayloads[K] } }[EventKind];

/** A fact as followers read it. A kind or version that this program does not know may come from a newer one. */
export interface StoredEvent {
  /** Place in the order of all events, from 1. */
  position: number;
  subject: string;
  kind: string;
  version: number;
  payload: Record<string, unknown>;
  at: Date;
}

/** NOTIFY channel; the payload is the subject. */
export const EVENTS_CHANNEL = 'cellplane_events';
