/**
 * How much one asker may ask of API servers by previews: a preview is a burst of requests to a cell. Counted for this copy of the
 * program, in memory.
 */
import { tooManyRequests } from '../errors.js';
import { MinuteLimit } from '../process/minute-limit.js';
import type { Audience } from '../identity/audience.js';

export interface Asker {
  userId: string;
  orgId: string;
  audience: Audience;
}

export interface PreviewLimits {
  /** Of one asker, at the same time. */
  atOnce: number;
  /** Of one asker within a minute. */
  perMinute: number;
  /** Of all askers, at the same time. */
  ofAll: number;
  /** Of these, customers': what is left is the provider's. */
  ofCustomers: number;
}

const USUAL: PreviewLimits = { atOnce: 2, perMinute: 30, ofAll: 16, ofCustomers: 12 };
const RETRY_AFTER = 5;

export class PreviewLimit {
  private readonly underWay = new Map<string, number>();
  private readonly begun: MinuteLimit;
  private all = 0;
  private customers = 0;

  constructor(
    private readonly limits: PreviewLimits = USUAL,
    now?: () => number,
  ) {
    this.begun = new MinuteLimit(limits.perMinute, now);
  }

  /**
   * Does the work, if the asker may. All people of a customer's organization are one asker: whoever invites more of them may not ask more.
   * @throws DomainError too_many_requests
   */
  async run<T>({ userId, orgId, audience }: Asker, work: () => Promise<T>): Promise<T> {
    const isCustomer = audience !== 'FLEET';
    const viewer = isCustomer ? orgId : userId;
    this.admit(viewer, isCustomer);
    try {
      return await work();
    } finally {
      this.all -= 1;
      if (isCustomer) this.customers -= 1;
      const left = (this.underWay.get(viewer) ?? 1) - 1;
      if (left === 0) this.underWay.delete(viewer);
      else this.underWay.set(viewer, left);
    }
  }

  private admit(viewer: string, isCustomer: boolean): void {
    const { atOnce, perMinute, ofAll, ofCustomers } = this.limits;
    const open = this.underWay.get(viewer) ?? 0;
    if (open >= atOnce) throw refusal(`You have ${open} previews under way`, RETRY_AFTER);
    if (isCustomer && this.customers >= ofCustomers) throw refusal(`${this.customers} previews are under way`, RETRY_AFTER);
    if (this.all >= ofAll) throw refusal(`${this.all} previews are under way`, RETRY_AFTER);
    const seconds = this.begun.waitOf(viewer);
    if (seconds !== undefined) throw refusal(`You have asked for ${perMinute} previews within a minute`, seconds);
    this.begun.note(viewer);
    this.underWay.set(viewer, open + 1);
    this.all += 1;
    if (isCustomer) this.customers += 1;
  }
}

function refusal(what: string, seconds: number) {
  return tooManyRequests('too-many-previews', `${what}, and that is the most at a time. Try again in ${seconds} s.`, seconds);
}
