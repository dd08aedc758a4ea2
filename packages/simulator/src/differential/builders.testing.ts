import type { Step } from './step.testing.js';

type Extra = Partial<Step>;

/** GET. */
export const get = (name: string, path: string, extra: Extra = {}): Step => ({ name, path, ...extra });
/** POST of a JSON body. */
export const post = (name: string, path: string, body: unknown, extra: Extra = {}): Step => ({
  name,
  method: 'POST',
  path,
  body,
  ...extra,
});
/** PUT of a JSON body. */
export const put = (name: string, path: string, body: unknown, extra: Extra = {}): Step => ({ name, method: 'PUT', path, body, ...extra });
/** DELETE, with DeleteOptions if given. */
export const del = (name: string, path: string, options?: Record<string, unknown>, extra: Extra = {}): Step => ({
  name,
  method: 'DELETE',
  path,
  ...(options && { body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } }),
  ...extra,
});
const patch =
  (type: string) =>
  (name: string, path: string, body: unknown, extra: Extra = {}): Step => ({ name, method: 'PATCH', path, body, type, ...extra });
/** PATCH with a JSON patch. */
export const json = patch('application/json-patch+json');
/** PATCH with a merge patch. */
export const merge = patch('application/merge-patch+json');
/** PATCH with a strategic merge patch. */
export const strategic = patch('application/strategic-merge-patch+json');
/** Server-side apply by a manager. */
export const apply = (name: string, path: string, manager: string, body: unknown, query = ''): Step => ({
  name,
  method: 'PATCH',
  path: `${path}?fieldManager=${manager}${query}`,
  body,
  type: 'application/apply-patch+yaml',
});

/** Selects answers that are true of a body. */
export const when =
  (test: (body: Record<string, unknown>) => boolean) =>
  (answer: { code: number; body: unknown }): boolean =>
    answer.code === 200 && test(answer.body as Record<string, unknown>);
export const gone = (answer: { code: number }): boolean => answer.code === 404;
