import { expect, it } from 'vitest';
import '../../app/messages';
import { answerWords, eventOf } from './delivery';

it('says what the last attempt came to', () => {
  expect(answerWords(undefined)).toBe('nothing yet');
  expect(answerWords({ statusCode: 200, attempts: 1 })).toBe('Answered 200');
  expect(answerWords({ statusCode: 500, error: 'The receiver answered 500.', attempts: 3 })).toBe('The receiver answered 500. (attempt 3)');
  expect(answerWords({ error: 'queryA ENOTFOUND hooks.example.com', attempts: 1 })).toBe('No address is known for hooks.example.com.');
  expect(answerWords({ error: 'connect ECONNREFUSED 192.0.2.1:443', attempts: 1 })).toBe('192.0.2.1:443 takes no connections.');
});

it('names the event that was carried, where the body says it', () => {
  expect(eventOf({ body: { eventType: 'FailedBackup' } })).toBe('FailedBackup');
  expect(eventOf({ body: 'text' })).toBe('event');
});
