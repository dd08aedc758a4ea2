/** Use as clients read it. Pure. */
import type { Usage } from '@cellplane/api';
import { METERED_DIMENSIONS, type UsedHours } from '@cellplane/plan/price';
import { nameInTags } from '@cellplane/api/name-tag';
import { boundsOf } from './day.js';
import type { GroupBy, UsedGroup, UsedSum } from './usage-store.js';

/** Names of what is counted, as the reference's portal reads them. */
const DIMENSIONS: Readonly<Record<keyof UsedHours, string>> = {
  cpu: 'CPU core hours',
  memory: 'Memory GiB hours',
  storage: 'Storage GiB hours',
  replica: 'Replica hours',
};

export function totalOnWire({ cpu, memory, storage, replica, cost }: UsedSum): Usage['total'] {
  return {
    cpu: exact(cpu),
    memory: exact(memory),
    storage: exact(storage),
    replica: exact(replica),
    ...(cost === null ? {} : { cost: exact(cost) }),
  };
}

export function groupOnWire(by: GroupBy, group: UsedGroup): Usage['groups'][number] {
  const { key, tags, isLive, serviceName, planName, orgName } = group;
  const names: Record<GroupBy, string | null | undefined> = {
    instance: nameInTags(tags),
    day: key,
    tag: key,
    subscription: orgName,
    plan: planName,
    customer: orgName,
  };
  const hasPlan = by === 'instance' || by === 'subscription' || by === 'plan';
  return {
    key,
    name: names[by] ?? key,
    ...(hasPlan && planName !== null ? { plan: planName } : {}),
    ...(hasPlan && serviceName !== null ? { service: serviceName } : {}),
    ...totalOnWire(group),
    live: isLive,
  };
}

/** One of what was used from one moment to another, as the reference has it. */
interface UsedOnWire {
  dimension: string;
  total: number;
  startTime: string;
  endTime: string;
}

/** Each dimension once. */
export function dimensionsOnWire(used: UsedHours, times: { startTime: string; endTime: string }): UsedOnWire[] {
  return METERED_DIMENSIONS.map((dimension) => ({ dimension: DIMENSIONS[dimension], total: exact(used[dimension]), ...times }));
}

/** Each dimension of each day. */
export function daysOnWire(days: readonly UsedGroup[]): UsedOnWire[] {
  return days.flatMap((day) => dimensionsOnWire(day, boundsOf(day.key)));
}

/** Sums of fractions, without the digits that binary numbers bring. */
function exact(amount: number): number {
  return Number(amount.toFixed(6));
}
