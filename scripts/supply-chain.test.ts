import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// What is installed is what was locked, from the public registry, under licences that a product can be shipped with.
interface Locked {
  version: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  dev?: boolean;
  devOptional?: boolean;
}

const read = (name: string) => JSON.parse(readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8')) as unknown;
const lock = read('package-lock.json') as { packages: Record<string, Locked> };
const packages = Object.entries(lock.packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);

/** Ask for nothing but that their text is kept, or for nothing at all. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
]);
/** Its package.json says nothing, and its readme has the text of the MIT licence. */
const TOLD_IN_ITS_README = 'none';
/** Used to build and test only, unchanged, and in nothing that is shipped. */
const DEVELOPMENT_ONLY: Record<string, string> = { 'axe-core': 'MPL-2.0', lightningcss: 'MPL-2.0', only: TOLD_IN_ITS_README };

const isPermissive = (license: string) => license.split(' OR ').some((one) => PERMISSIVE.has(one.replaceAll(/[()]/g, '')));

describe('what the lock file installs', () => {
  it('is something', () => {
    expect(packages.length).toBeGreaterThan(100);
  });

  it('is told by a strong checksum, for every platform', () => {
    expect(packages.filter(([, { integrity }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')).map(([path]) => path)).toEqual([]);
  });

  it('comes from the public registry', () => {
    const elsewhere = packages.filter(
      ([, { resolved }]) => resolved !== undefined && new URL(resolved).origin !== 'https://registry.npmjs.org',
    );
    expect(elsewhere.map(([path, { resolved }]) => `${path} ${resolved}`)).toEqual([]);
  });

  it('has a licence that may be shipped', () => {
    const refused = packages.filter(([path, { license = 'none', dev, devOptional }]) => {
      const [name = ''] = Object.keys(DEVELOPMENT_ONLY).filter((one) => path.includes(`node_modules/${one}`));
      return !isPermissive(license) && !((dev === true || devOptional === true) && DEVELOPMENT_ONLY[name] === license);
    });
    expect(refused.map(([path, { license }]) => `${path} ${license}`)).toEqual([]);
  });

  it('is pinned: every dependency of ours names one version', () => {
    const own = Object.keys(lock.packages).filter((path) => /^packages\/[a-z]+$/.test(path));
    expect(own.length).toBeGreaterThan(5);
    for (const path of ['', ...own]) {
      const { dependencies, devDependencies, optionalDependencies } = read(path === '' ? 'package.json' : `${path}/package.json`) as Record<
        string,
        Record<string, string>
      >;
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }))
        expect(`${path} ${name} ${version}`).toMatch(/ \d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });
});
