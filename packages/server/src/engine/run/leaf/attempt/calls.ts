import { ApiError, type CallOptions, type KubernetesClient, type KubernetesObject, type ObjectKey } from '@cellplane/kubernetes';
import { CALL_TIMEOUT_MS } from '../../../rows/lease.js';
import type { LeafDeps, LeafTask } from './leaf-task.js';

/** The calls of an attempt, each covered by the lease. */
export class Calls {
  /** One of them may have changed something. */
  touched = false;

  constructor(
    private readonly deps: LeafDeps,
    private readonly task: LeafTask,
  ) {}

  get client(): KubernetesClient {
    return this.deps.client;
  }

  async options(): Promise<CallOptions> {
    await this.deps.lease.cover(CALL_TIMEOUT_MS);
    return {
      signal: this.deps.signal,
      timeoutMs: CALL_TIMEOUT_MS,
      ...(this.task.impersonate === undefined ? {} : { impersonate: this.task.impersonate }),
    };
  }

  /** Sends what changes something; only a refusal in so many words says that it has not. */
  async write<T>(send: (options: CallOptions) => Promise<T>): Promise<T> {
    const options = await this.options();
    const before = this.touched;
    this.touched = true;
    try {
      return await send(options);
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408) this.touched = before;
      throw error;
    }
  }

  async find(key: ObjectKey): Promise<KubernetesObject | null> {
    try {
      return await this.client.get(key, await this.options());
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'NotFound') return null;
      throw error;
    }
  }
}

/** The object was changed, or made anew, since the version that the request names. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.reason === 'Conflict';
}
