import { describe, expect, it } from 'vitest';
import { statusBody } from '../api-server.testing.js';
import { errorOfAnswer, errorOfStatus } from './status.js';

const answer = (status: number, body: unknown, retryAfter?: string) =>
  errorOfAnswer({ status, body: typeof body === 'string' ? body : JSON.stringify(body), retryAfter }, 'GET /x');

describe('errorOfAnswer', () => {
  it('speaks in the words of the API server, with its causes', () => {
    const causes = [{ reason: 'FieldManagerConflict', message: 'conflict with "a"', field: '.data.x' }];
    const error = answer(409, statusBody(409, 'Conflict', 'Apply failed with 1 conflict', { causes }));
    expect(error).toMatchObject({ status: 409, reason: 'Conflict', outcome: 'transient', message: 'Apply failed with 1 conflict', causes });
  });

  it('knows a kind that is not served from an object that is not there', () => {
    expect(answer(404, statusBody(404, 'NotFound', 'the server could not find the requested resource')).reason).toBe('KindNotServed');
    expect(answer(404, '404 page not found\n').reason).toBe('KindNotServed');
    expect(answer(404, statusBody(404, 'NotFound', 'pods "a" not found', { name: 'a', kind: 'pods' })).reason).toBe('NotFound');
  });

  it.each([
    ['2', undefined, 2_000],
    [undefined, 7, 7_000],
    ['1', 7, 1_000],
    ['not a time', undefined, undefined],
  ])('reads Retry-After %s and retryAfterSeconds %s', (header, seconds, wait) => {
    const details = seconds === undefined ? {} : { retryAfterSeconds: seconds };
    expect(answer(429, statusBody(429, 'TooManyRequests', 'slow', details), header).retryAfterMs).toBe(wait);
  });

  it('reads Retry-After as a date of the server, whose clock is not ours', () => {
    const refusal = { status: 503, body: '', retryAfter: 'Tue, 05 Jan 2027 10:01:00 GMT' };
    expect(errorOfAnswer({ ...refusal, date: 'Tue, 05 Jan 2027 10:00:00 GMT' }, 'GET /x').retryAfterMs).toBe(60_000);
    expect(errorOfAnswer(refusal, 'GET /x').retryAfterMs).toBeUndefined();
  });

  it('quotes what a proxy says, and no more than 500 characters of it', () => {
    const error = answer(502, `<html>${'x'.repeat(10_000)}`);
    expect(error).toMatchObject({ status: 502, reason: 'InternalError', outcome: 'transient' });
    expect(error.message).toMatch(/^GET \/x was answered 502 Bad Gateway: <html>x/);
    expect(error.message.length).toBeLessThan(600);
  });

  it('survives a body that is cut off', () => {
    expect(answer(500, '{"kind":"Status","mess').reason).toBe('InternalError');
  });

  it('calls every 410 Expired', () => {
    expect(answer(410, statusBody(410, 'Gone', 'too old')).reason).toBe('Expired');
    expect(errorOfStatus(statusBody(410, 'Expired', 'too old resource version'), 500)).toMatchObject({ status: 410, reason: 'Expired' });
  });

  it('makes an error of an ERROR event that is no Status', () => {
    expect(errorOfStatus('what', 500)).toMatchObject({ status: 500, reason: 'InternalError' });
  });
});
