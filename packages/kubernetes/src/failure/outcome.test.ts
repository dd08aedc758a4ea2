import { describe, expect, it } from 'vitest';
import type { Outcome } from '../model.js';
import { classify } from './outcome.js';

const TABLE: [outcome: Outcome, status: number, reason: string, message?: string][] = [
  ['permanent', 400, 'BadRequest', 'Service in version "v1" cannot be handled as a Service'],
  ['transient', 401, 'Unauthorized'],
  ['transient', 403, 'Forbidden', 'configmaps "a" is forbidden: User "u" cannot get resource "configmaps" in API group ""'],
  ['transient', 403, 'Forbidden', 'pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'],
  ['transient', 403, 'Forbidden', 'secrets "a" is forbidden: unable to create new content in namespace ns because it is being terminated'],
  ['permanent', 403, 'Forbidden', 'admission webhook "v.example.com" denied the request: no'],
  ['permanent', 400, 'BadRequest', 'admission webhook "v.example.com" denied the request: no'],
  ['permanent', 422, 'Invalid', "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no"],
  ['permanent', 403, 'Forbidden', 'pods "a" is forbidden: violates PodSecurity "restricted:latest": privileged'],
  ['permanent', 403, 'Forbidden', 'pods "a" is forbidden: maximum cpu usage per Container is 1, but limit is 2'],
  ['permanent', 403, 'Forbidden', 'pods "a" is forbidden: [minimum cpu usage per Pod is 1, maximum memory usage per Pod is 1Gi]'],
  ['permanent', 404, 'NotFound', 'configmaps "a" not found'],
  ['transient', 404, 'KindNotServed', 'kind Cluster of postgresql.cnpg.io/v1 is not served by cell x'],
  ['permanent', 405, 'MethodNotAllowed'],
  ['transient', 409, 'Conflict'],
  ['transient', 409, 'AlreadyExists'],
  ['transient', 410, 'Expired'],
  ['permanent', 413, 'RequestEntityTooLarge'],
  ['permanent', 415, 'UnsupportedMediaType'],
  ['permanent', 422, 'Invalid'],
  ['transient', 429, 'TooManyRequests'],
  ['transient', 500, 'InternalError', 'Internal error occurred: failed calling webhook "w.example.com": connection refused'],
  ['unknown', 500, 'InternalError', 'etcdserver: request timed out'],
  ['transient', 502, 'InternalError'],
  ['transient', 503, 'ServiceUnavailable'],
  ['unknown', 504, 'Timeout'],
  ['unknown', 200, 'InvalidAnswer'],
  ['transient', 302, 'Unknown'],
  ['permanent', 0, 'InvalidRequest'],
  [
    'permanent',
    500,
    '',
    'failed to create typed patch object (default/a; apps/v1, Kind=StatefulSet): .spec.size: field not declared in schema',
  ],
];

describe('classify', () => {
  it.each(TABLE)('says %s for %i %s %s', (outcome, status, reason, message) => {
    expect(classify({ status, reason, ...(message === undefined ? {} : { message }) })).toBe(outcome);
  });

  it.each(['Timeout', 'ConnectionLost', 'Aborted'])('does not know what became of a request that was sent: %s', (reason) => {
    expect(classify({ status: 0, reason, sent: true })).toBe('unknown');
    expect(classify({ status: 0, reason, sent: false })).toBe('transient');
  });
});
