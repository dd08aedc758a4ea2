/** Notices: what events mean to a provider's people. The types are one table; which channel takes what is here, too. Pure. */
import type { ChannelSubscription } from '@cellplane/api';

export const ALERT_TYPES = ['Alarm', 'Notification'] as const;
export const PRIORITIES = ['Critical', 'High', 'Medium', 'Low'] as const;
export const CATEGORIES = ['InstanceEvent', 'ServiceEvent', 'UserEvent', 'IdentityProviderEvent'] as const;

interface TypeOfNotice {
  category: (typeof CATEGORIES)[number];
  alertType: (typeof ALERT_TYPES)[number];
  priority: (typeof PRIORITIES)[number];
}

/** Every type of notice. A new one is a line here, and one in `facts.ts` that makes it of an event. */
export const NOTICE_TYPES = {
  FailedDeployment: { category: 'InstanceEvent', alertType: 'Alarm', priority: 'Critical' },
  FailedUpdate: { category: 'InstanceEvent', alertType: 'Alarm', priority: 'High' },
  FailedDelete: { category: 'InstanceEvent', alertType: 'Alarm', priority: 'High' },
  FailedOperation: { category: 'InstanceEvent', alertType: 'Alarm', priority: 'High' },
  FailedBackup: { category: 'InstanceEvent', alertType: 'Alarm', priority: 'High' },
  NoGoodBackup: { category: 'InstanceEvent', alertType: 'Alarm', priority: 'Critical' },
  GoodBackup: { category: 'InstanceEvent', alertType: 'Notification', priority: 'Medium' },
  CellDiffers: { category: 'InstanceEvent', alertType: 'Alarm', priority: 'High' },
  CellAgrees: { category: 'InstanceEvent', alertType: 'Notification', priority: 'Medium' },
  DriftFound: { category: 'InstanceEvent', alertType: 'Notification', priority: 'Medium' },
  MadeAnew: { category: 'InstanceEvent', alertType: 'Notification', priority: 'Medium' },
  UnhealthyInstance: { category: 'InstanceEvent', alertType: 'Alarm', priority: 'Critical' },
  InstanceDeployed: { category: 'InstanceEvent', alertType: 'Notification', priority: 'Low' },
  InstanceDeleted: { category: 'InstanceEvent', alertType: 'Notification', priority: 'Low' },
  ScaleOut: { category: 'InstanceEvent', alertType: 'Notification', priority: 'Low' },
  ScaleIn: { category: 'InstanceEvent', alertType: 'Notification', priority: 'Low' },
  PlanVersionReleased: { category: 'ServiceEvent', alertType: 'Notification', priority: 'Low' },
  UpgradePathStarted: { category: 'ServiceEvent', alertType: 'Notification', priority: 'Low' },
  UpgradePathHalted: { category: 'ServiceEvent', alertType: 'Alarm', priority: 'Critical' },
  UpgradePathFailed: { category: 'ServiceEvent', alertType: 'Alarm', priority: 'High' },
  UpgradePathEnded: { category: 'ServiceEvent', alertType: 'Notification', priority: 'Medium' },
  UserSignUp: { category: 'UserEvent', alertType: 'Notification', priority: 'Medium' },
  InviteUser: { category: 'UserEvent', alertType: 'Notification', priority: 'Low' },
  QuotaNear: { category: 'UserEvent', alertType: 'Notification', priority: 'Medium' },
  QuotaReached: { category: 'UserEvent', alertType: 'Alarm', priority: 'High' },
  BudgetReached: { category: 'UserEvent', alertType: 'Notification', priority: 'Medium' },
  BudgetExpected: { category: 'UserEvent', alertType: 'Notification', priority: 'Medium' },
  UserSubscriptionRequest: { category: 'UserEvent', alertType: 'Notification', priority: 'High' },
  UserSubscriptionTerminated: { category: 'UserEvent', alertType: 'Notification', priority: 'Medium' },
  UserSubscription: { category: 'UserEvent', alertType: 'Notification', priority: 'Medium' },
} as const satisfies Record<string, TypeOfNotice>;

export type NoticeType = keyof typeof NOTICE_TYPES;

/** Types by category. */
export function typesByCategory(): Record<string, string[]> {
  return Object.fromEntries(
    CATEGORIES.map((category) => [
      category,
      Object.entries<TypeOfNotice>(NOTICE_TYPES)
        .filter(([, type]) => type.category === category)
        .map(([name]) => name),
    ]),
  );
}

/** What a notice is about, with the names that things had then. */
export interface NoticeSubject {
  providerOrgId: string;
  environmentType: string | null;
  environmentId: string | null;
  serviceId: string | null;
  serviceName: string | null;
  planId: string | null;
  planName: string | null;
  planVersion: string | null;
  instanceId: string | null;
  resourceName: string | null;
}

export interface Notice extends NoticeSubject {
  id: string;
  eventType: string;
  category: string;
  alertType: string;
  priority: string;
  payload: Record<string, unknown>;
  at: Date;
}

/** Notices and deliveries are kept for so long. Days. */
export const KEPT_DAYS = 30;

/** A notice as clients and receivers read it. */
export function wireOf(notice: Notice) {
  const optional = {
    instanceID: notice.instanceId,
    planVersion: notice.planVersion,
    resourceName: notice.resourceName,
    serviceID: notice.serviceId,
    serviceName: notice.serviceName,
    serviceEnvironmentID: notice.environmentId,
    serviceEnvironmentType: notice.environmentType,
    servicePlanName: notice.planName,
  };
  return {
    eventID: notice.id,
    eventType: notice.eventType,
    eventCategory: notice.category,
    alertType: notice.alertType,
    priority: notice.priority,
    scope: notice.instanceId !== null ? 'Instance' : notice.serviceId !== null ? 'Service' : 'Organization',
    time: notice.at.toISOString(),
    expiryTime: new Date(notice.at.getTime() + KEPT_DAYS * 86_400_000).toISOString(),
    eventPayload: notice.payload,
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)) as {
      [K in keyof typeof optional]?: string;
    }),
  };
}

export type WireNotice = ReturnType<typeof wireOf>;

/** `FailedBackup: instance-1 of Postgres, PROD`. */
export function headlineOf(notice: WireNotice): string {
  const what = notice.instanceID ?? notice.servicePlanName;
  const of = [what, notice.serviceName].filter((part) => part !== undefined).join(' of ');
  return [`${notice.eventType}${of === '' ? '' : `: ${of}`}`, notice.serviceEnvironmentType]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** True if a channel with this subscription takes the notice. A notice without an environment passes no filter of environments. */
export function takes(subscription: ChannelSubscription, notice: Omit<Notice, 'id' | 'at' | 'payload'>): boolean {
  const passes = (wanted: string[], word: string | null) => wanted.length === 0 || (word !== null && wanted.includes(word));
  return (
    passes(subscription.alertTypes, notice.alertType) &&
    passes(subscription.eventPriorities, notice.priority) &&
    passes(subscription.eventCategories, notice.category) &&
    passes(subscription.eventTypes, notice.eventType) &&
    passes(subscription.environmentTypes, notice.environmentType)
  );
}
