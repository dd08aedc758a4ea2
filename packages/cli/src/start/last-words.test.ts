import { expect, it } from 'vitest';
import { lastWords, remembered } from './last-words.js';

const request = '{"level":30,"method":"GET","path":"/readyz","status":200,"msg":"request"}';

it('are messages with their errors, and lines that are no JSON as they are', () => {
  const log = `${request}\n{"level":60,"msg":"the database is gone","error":"ECONNREFUSED"}\nTypeError: x\n`;
  expect(lastWords(remembered('', log))).toBe('  the database is gone: ECONNREFUSED\n  TypeError: x');
});

it('are not pushed out by the requests that were served since', () => {
  let memory = remembered('', '{"level":50,"msg":"the disk is full"}\n');
  for (let count = 0; count < 500; count += 1) {
    memory = remembered(memory, request.slice(0, 20));
    memory = remembered(memory, `${request.slice(20)}\n`);
  }
  expect(lastWords(memory)).toBe('  the disk is full');
});

it('are said to be none where there are none', () => {
  expect(lastWords(remembered('', `${request}\n`))).toBe('  (none)');
});
