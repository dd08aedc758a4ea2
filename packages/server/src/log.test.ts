import { describe, expect, it } from 'vitest';
import { REPEAT_MS, withoutRepeats } from './log.js';
import { silentLogger } from './log.js';

function recorded() {
  const lines: { fields: object; message: string }[] = [];
  let time = 0;
  const logger = withoutRepeats({ ...silentLogger, warn: (fields, message) => lines.push({ fields, message }) }, () => time);
  return { lines, logger, pass: (ms: number) => (time += ms) };
}

describe('withoutRepeats', () => {
  it('writes the same warning once in a while, with how often it came', () => {
    const { lines, logger, pass } = recorded();
    for (let i = 0; i < 100; i++) logger.warn({ id: `request-${i}`, error: 'no space' }, 'the disk is full');
    expect(lines).toHaveLength(1);
    pass(REPEAT_MS);
    logger.warn({ id: 'next', error: 'no space' }, 'the disk is full');
    expect(lines[1]).toEqual({ fields: { id: 'next', error: 'no space', repeated: 99 }, message: 'the disk is full' });
    pass(REPEAT_MS);
    logger.warn({ error: 'no space' }, 'the disk is full');
    expect(lines[2]?.fields).toEqual({ error: 'no space' });
  });

  it('lets different warnings through', () => {
    const { lines, logger } = recorded();
    for (const cell of ['a', 'b']) for (const error of ['gone', 'slow']) logger.warn({ cell, error }, 'a cell does not answer');
    expect(lines).toHaveLength(4);
  });

  it('remembers a bounded number of them', () => {
    const { lines, logger } = recorded();
    for (let i = 0; i < 2_000; i++) logger.warn({ run: i }, 'new');
    logger.warn({ run: 0 }, 'new');
    expect(lines).toHaveLength(2_001);
  });
});
