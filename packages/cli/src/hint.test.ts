import { describe, expect, it } from 'vitest';
import { calledAs, hintsOf } from './hint.js';

describe('how the program is called', () => {
  const env = { PATH: '/usr/bin:/opt/bin' };
  it.each([
    ['/opt/bin/cellplane', env, '/home/ann', 'cellplane'],
    ['/srv/x/node_modules/.bin/cellplane', { ...env, npm_command: 'exec' }, '/srv/x', 'npx cellplane'],
    ['/srv/x/packages/cli/bin/cellplane.mjs', env, '/srv/x', 'node packages/cli/bin/cellplane.mjs'],
    ['/srv/x y/packages/cli/bin/cellplane.mjs', env, '/home/ann', "node '/srv/x y/packages/cli/bin/cellplane.mjs'"],
    ['/srv/x/cellplane', env, '/srv/x', './cellplane'],
    [undefined, env, '/', 'cellplane'],
  ])('%s → %s', (script, environment, folder, wanted) => {
    expect(calledAs({ script, env: environment, folder })).toBe(wanted);
  });
});

describe('hints', () => {
  it('quote for a shell and name the server that was named', () => {
    expect(hintsOf({}, {})('service-plan', 'describe', 'My DB', "Ann's")).toBe(`cellplane service-plan describe 'My DB' 'Ann'\\''s'`);
    expect(hintsOf({ calledAs: 'npx cellplane' }, { server: 'https://a.example' })('instance', 'watch', 'instance-1')).toBe(
      'npx cellplane instance watch instance-1 --server https://a.example',
    );
  });
});
