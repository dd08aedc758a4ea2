import { describe, expect, it } from 'vitest';
import { compareVersions, decideChart, type InstalledChart, type WantedChart } from './chart-rules.js';

const a = { id: 'pt-a', name: 'A', version: '2.0' };
const b = { id: 'pt-b', name: 'B', version: '1.0' };
const installed: InstalledChart = { version: '0.28.2', namespace: 'ops', releaseName: 'pg', values: { x: 1, deep: { y: [1] } }, plan: a };
const wanted: WantedChart = { ...installed, repositoryUrl: 'https://charts.example', chart: 'pg' };

describe('decideChart', () => {
  it('keeps what is there, whatever the order of its keys', () => {
    expect(decideChart(installed, { ...wanted, values: { deep: { y: [1] }, x: 1 } })).toEqual({ action: 'keep' });
  });

  it('installs a newer version, never an older one', () => {
    expect(decideChart(installed, { ...wanted, version: '0.29.0' })).toEqual({ action: 'install' });
    expect(decideChart(installed, { ...wanted, version: '0.9.0', values: null })).toEqual({ action: 'keep' });
  });

  it('lets a newer version of its own plan change values, an older one not', () => {
    expect(decideChart(installed, { ...wanted, values: { x: 2 }, plan: { ...a, version: '3.0' } })).toEqual({ action: 'install' });
    expect(decideChart(installed, { ...wanted, values: { x: 2 }, plan: { ...a, version: '1.0' } })).toEqual({ action: 'keep' });
    expect(decideChart(installed, { ...wanted, version: '9.0.0', plan: { ...a, version: '1.0' } })).toEqual({ action: 'keep' });
  });

  it('warns another plan about values that are not there, and refuses a contradiction naming both', () => {
    expect(decideChart(installed, { ...wanted, plan: b, values: { x: 1, extra: true } })).toEqual({
      action: 'keep',
      warning: expect.stringContaining('without the values extra'),
    });
    const refused = decideChart(installed, { ...wanted, plan: b, values: { deep: { y: [2] } } });
    expect(refused).toEqual({
      action: 'refuse',
      message: expect.stringMatching(/plan "A" \(pt-a\) and plan "B" \(pt-b\) contradict.*deep\.y/),
    });
    expect(decideChart(installed, { ...wanted, plan: b, values: null })).toEqual({ action: 'keep' });
  });

  it('refuses the same chart under another name', () => {
    expect(decideChart(installed, { ...wanted, releaseName: 'other' })).toMatchObject({ action: 'refuse' });
  });
});

describe('compareVersions', () => {
  it('orders as semver.org does', () => {
    const order = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      'v1.0.1',
      '1.2',
      '10.0.0',
    ];
    expect(order.toReversed().sort(compareVersions)).toEqual(order);
    expect(compareVersions('1.0.0+a', '1.0.0+b')).toBe(0);
  });

  it.each(['^0.28.0', 'latest', '>=1', '1.0.0@sha256:0'])('takes no range for newer than a version: %s', (range) => {
    expect(compareVersions(range, '0.0.1')).toBeLessThan(0);
    expect(compareVersions('0.0.1', range)).toBeGreaterThan(0);
    expect(compareVersions(range, range)).toBe(0);
    expect(decideChart({ ...installed, version: range }, { ...wanted, version: '0.28.2' })).toEqual({ action: 'install' });
  });
});
