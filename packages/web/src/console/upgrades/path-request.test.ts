import { expect, it } from 'vitest';
import { EMPTY_FORM, faultsOf, requestOf, shareOf } from './path-request';

it('reads numbers and shares', () => {
  expect([shareOf('5'), shareOf(' 10 % '), shareOf('2.5%'), shareOf('ten'), shareOf('')]).toEqual([5, '10%', '2.5%', undefined, undefined]);
});

it('names the fields that cannot be sent', () => {
  const form = {
    ...EMPTY_FORM,
    from: '1.0',
    to: '1.0',
    canary: 'few',
    waves: ['10%', 'x'],
    haltAt: '-',
    conditions: [{ kind: 'Cluster', condition: '' }],
  };
  expect(faultsOf({ ...EMPTY_FORM, from: '1.0', to: '2.0', values: 'tier=gold\nnothing' })).toEqual({ values: true });
  expect(Object.keys(faultsOf(form)).toSorted()).toEqual(['canary', 'conditions', 'haltAt', 'to', 'waves']);
  expect(faultsOf({ ...EMPTY_FORM, from: '1.0', to: '2.0' })).toEqual({});
});

it('asks for what was chosen, and for nothing else', () => {
  expect(requestOf({ ...EMPTY_FORM, from: '1.0', to: '2.0', regions: ['eu'], waves: ['25%'], haltAt: '2', soakMinutes: 0.5 })).toEqual({
    sourceVersion: '1.0',
    targetVersion: '2.0',
    upgradeFilters: { REGIONS: ['eu'] },
    maxConcurrentUpgrades: 5,
    notifyCustomer: false,
    strategy: {
      canary: 1,
      waves: ['25%'],
      soakSeconds: 30,
      gates: { health: true, conditions: [] },
      haltAtFailures: 2,
      order: 'oldest',
      automaticRollback: false,
      ignoreMaintenanceWindows: false,
    },
  });
  expect(requestOf({ ...EMPTY_FORM, values: 'tier = gold\n\nsize=3' })).toMatchObject({
    configurationOverrides: { tier: 'gold', size: '3' },
  });
  expect(requestOf({ ...EMPTY_FORM, from: '1.0', to: '2.0', canary: '' })).not.toHaveProperty('strategy.soakSeconds');
});
