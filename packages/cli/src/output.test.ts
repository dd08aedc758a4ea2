import { describe, expect, it } from 'vitest';
import { listText } from './output.js';

const rows = [
  { id: 'instance-y24o87zd1', status: 'RUNNING', plan: 'A plan with quite a long name of its own', place: 'eu-central-1' },
  { id: 'instance-a', status: 'FAILED', plan: 'B', place: 'us-east-1' },
];
const columns = {
  ID: (row: (typeof rows)[0]) => row.id,
  STATUS: (row: (typeof rows)[0]) => row.status,
  PLAN: (row: (typeof rows)[0]) => row.plan,
  PLACE: (row: (typeof rows)[0]) => row.place,
};
const lines = (width?: number) => listText(rows, columns, 'table', width).trimEnd().split('\n');

describe('a table', () => {
  it('is whole where there is no width, or enough of it', () => {
    expect(lines(200)).toEqual(lines());
    expect(lines()[1]).toContain('A plan with quite a long name of its own  eu-central-1');
  });

  it.each([80, 60, 50, 40, 30, 20])('has no line longer than %i columns, and keeps ids whole', (width) => {
    const shown = lines(width);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(shown[1]).toMatch(/^instance-y24o87zd1\b/);
  });

  it('cuts the widest column first, with a sign', () => {
    expect(lines(60)[1]).toMatch(/RUNNING {2}A plan with.*… {2}eu-central-1$/);
  });

  it('is whole as JSON and as text, whatever the width', () => {
    expect(JSON.parse(listText(rows, columns, 'json', 20))).toEqual(rows);
    expect(listText(rows, columns, 'text', 20)).toContain('A plan with quite a long name of its own');
  });
});
