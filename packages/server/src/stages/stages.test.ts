import { describe, expect, it } from 'vitest';
import { createStages, type StagesAsked } from '../lifecycle/stage-set.js';
import { operatorStages } from './operator.js';
import type { ResourceStages } from './stage.js';
import { stagesByName, stageSets, stageTitle } from './stages.js';

const asked: StagesAsked = { verb: 'delete', hasWorkflow: true, isDeleted: false, leavesObjects: false, isLastDelete: true };
const bucket: ResourceStages = {
  kinds: ['Terraform'],
  stages: [{ name: 'apply', title: 'OpenTofu', run: async () => ({ done: true }) }],
  of: () => ({ before: ['apply'], after: [] }),
  actsAfter: 'apply',
  events: {},
};

describe('stage sets', () => {
  it('are chosen by the kind of the resource; a kind without one goes by its workflows', () => {
    expect(stageSets.of('OperatorCRD')).toBe(operatorStages);
    expect(stageSets.of('Generic')).toBe(operatorStages);
    expect(stageSets.of(undefined)).toBe(operatorStages);
  });

  it('name only stages that they have', () => {
    for (const set of stageSets.all) {
      const known = set.stages.map(({ name }) => name);
      expect(known).toEqual(expect.arrayContaining([...createStages(set), set.actsAfter, ...Object.values(set.events)]));
    }
  });

  it('share a stage, but not a name for two', () => {
    expect([...stagesByName([operatorStages, bucket, { ...bucket }]).keys()]).toContain('apply');
    const other = { ...bucket, stages: bucket.stages.map((stage) => ({ ...stage })) };
    expect(() => stagesByName([bucket, other])).toThrow('two different stages are called apply');
  });

  it('have titles for people, those of another version their names', () => {
    expect(['charts', 'of-another-version'].map(stageTitle)).toEqual(['Operator charts', 'of-another-version']);
  });
});

describe('stages of operators', () => {
  it('bring up with charts, access and values, and publish afterwards', () => {
    expect(operatorStages.of({ ...asked, verb: 'modify' })).toEqual({ before: ['charts', 'access', 'values'], after: ['publish'] });
    expect(operatorStages.of({ ...asked, verb: 'backup' })).toEqual({ before: ['access', 'values'], after: [] });
  });

  it('take down the namespace after the last delete, and by label what no workflow deletes', () => {
    expect(operatorStages.of(asked)).toEqual({ before: ['delete-access', 'values'], after: ['remove-namespace'] });
    expect(operatorStages.of({ ...asked, isLastDelete: false }).after).toEqual([]);
    expect(operatorStages.of({ ...asked, leavesObjects: true }).after).toEqual(['remove-objects', 'remove-namespace']);
    expect(operatorStages.of({ ...asked, hasWorkflow: false })).toEqual({ before: [], after: ['remove-objects', 'remove-namespace'] });
    expect(operatorStages.of({ ...asked, isDeleted: true })).toEqual({ before: [], after: ['remove-namespace'] });
  });
});
