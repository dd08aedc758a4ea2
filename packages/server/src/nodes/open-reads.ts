/** How many read logs at once: a few people who read all of them keep nobody else out, and no cell is asked for more than it bears. */
import { tooManyRequests } from '../errors.js';

/** Seconds. */
const RETRY_AFTER = 10;

export interface ReadLimits {
  perOrganization: number;
  inAll: number;
}

export class OpenReads {
  private readonly counts = new Map<string, number>();
  private all = 0;

  constructor(
    private readonly what: string,
    private readonly limits: ReadLimits,
  ) {}

  /** Answers what ends it; calling that again changes nothing. @throws DomainError too_many_requests */
  begin(orgId: string): () => void {
    const own = this.counts.get(orgId) ?? 0;
    if (own >= this.limits.perOrganization) throw this.refused(own, 'of your organization');
    if (this.all >= this.limits.inAll) throw this.refused(this.all, 'on this server');
    this.counts.set(orgId, own + 1);
    this.all += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.all -= 1;
      const left = (this.counts.get(orgId) ?? 1) - 1;
      if (left === 0) this.counts.delete(orgId);
      else this.counts.set(orgId, left);
    };
  }

  private refused(count: number, whose: string) {
    return tooManyRequests(
      'too-many-logs',
      `${count} ${this.what} ${whose} are open, and no more may be: close some, or try again later.`,
      RETRY_AFTER,
    );
  }
}
