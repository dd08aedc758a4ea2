import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.js';
import { SETTINGS } from './settings.js';

const source = readFileSync(new URL('./config.ts', import.meta.url), 'utf8');
const read = [...source.matchAll(/value\('([A-Z_]+)'\)/g)].map(([, name]) => name);
/** Read by the command line only. */
const OF_COMMANDS = ['CELLPLANE_PROFILE', 'CELLPLANE_SERVER'];
const user = { isRoot: false, home: '/home/ada' };

describe('the settings that are documented', () => {
  it('are those that are read, each once', () => {
    const documented = SETTINGS.map(({ name }) => name);
    expect(new Set(documented).size).toBe(documented.length);
    expect(documented.toSorted()).toEqual([...new Set([...read, ...OF_COMMANDS])].toSorted());
  });

  it.each(SETTINGS.flatMap(({ name, fallback }) => (fallback === undefined ? [] : [[name, fallback]])))(
    '%s is as if it were %s where it is not set',
    (name, fallback) => {
      expect(readConfig({ [name]: fallback }, user)).toEqual(readConfig({}, user));
    },
  );
});
