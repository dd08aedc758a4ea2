import type { CallOptions, KubernetesClient } from '@cellplane/kubernetes';
import { CALL_TIMEOUT_MS, type Lease } from '../rows/lease.js';

/**
 * A client whose every call is sent only if the lease outlives the call's time-out, and is aborted with the lease. For
 * stages: they are code of the domain, and must not have to think of leases.
 */
export function guardClient(client: KubernetesClient, lease: Lease, signal: AbortSignal): KubernetesClient {
  const within = async <Options extends CallOptions>(options: Options | undefined): Promise<Options> => {
    const timeoutMs = Math.min(options?.timeoutMs ?? CALL_TIMEOUT_MS, CALL_TIMEOUT_MS);
    await lease.cover(timeoutMs);
    const signals = options?.signal === undefined ? [signal] : [signal, options.signal];
    return { ...(options as Options), timeoutMs, signal: AbortSignal.any(signals) };
  };
  return {
    server: client.server,
    resource: async (apiVersion, kind, options) => client.resource(apiVersion, kind, await within(options)),
    get: async (key, options) => client.get(key, await within(options)),
    list: async (of, options) => client.list(of, await within(options)),
    create: async (object, options) => client.create(object, await within(options)),
    apply: async (object, apply, options) => client.apply(object, apply, await within(options)),
    replace: async (object, options) => client.replace(object, await within(options)),
    patch: async (key, type, body, options) => client.patch(key, type, body, await within(options)),
    delete: async (key, options) => client.delete(key, await within(options)),
    watch: (of, options) => client.watch(of, { ...options, signal }),
    logs: async (pod, options) => client.logs(pod, await within(options)),
    followLogs: (pod, options) => client.followLogs(pod, { ...options, signal }),
    raw: async (path, options) => client.raw(path, await within(options)),
    close: () => Promise.resolve(),
  };
}
