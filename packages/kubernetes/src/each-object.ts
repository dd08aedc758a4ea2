/** Reads a long list in pages, so that what is in memory at once is one of them. */
import { ApiError } from './failure/errors.js';
import type { CallOptions, KubernetesClient, KubernetesObject } from './model.js';

export interface PageOptions extends CallOptions {
  /** Objects of a page. */
  pageSize: number;
  /** Waited for before each request. */
  mayAsk?: () => Promise<void>;
}

/** Milliseconds. */
const WHOLE_LIST_MS = 60_000;

/**
 * Calls `take` with each object. Where reading the pages took longer than the API server keeps that version of the list, the list is read once
 * more from its beginning: `take` gets objects a second time then. Rejects with `ApiError`.
 */
export async function eachObject(
  client: KubernetesClient,
  of: Parameters<KubernetesClient['list']>[0],
  { pageSize, mayAsk = () => Promise.resolve(), ...call }: PageOptions,
  take: (object: KubernetesObject) => void,
): Promise<void> {
  let continueToken: string | undefined;
  do {
    await mayAsk();
    try {
      const page = await client.list({ ...of, limit: pageSize, ...(continueToken === undefined ? {} : { continueToken }) }, call);
      for (const object of page.items) take(object);
      ({ continueToken } = page);
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'Expired' && continueToken !== undefined)) throw error;
      await mayAsk();
      for (const object of (await client.list(of, { ...call, timeoutMs: WHOLE_LIST_MS })).items) take(object);
      return;
    }
  } while (continueToken !== undefined);
}
