/** The preview of a path over instances in several states. */
import { expect, it } from 'vitest';
import { testDatabase } from '../../database/test-database.testing.js';
import { DomainError } from '../../errors.js';
import { openFleet } from '../fleet.testing.js';
import { foresee } from './blast-radius.js';

const { db } = await testDatabase();

it('a cell that does not answer leaves the others to be told of', async () => {
  const fleet = await openFleet(db);
  const [away = '', refused = ''] = await fleet.add(3);
  fleet.refusals.set(refused, 'a field is missing');
  const { one } = fleet.deps;
  const deps: typeof fleet.deps = {
    ...fleet.deps,
    one: {
      ...one,
      check: async (...input) => {
        if (input[1].id === away) throw new DomainError('unavailable', 'cell-away', 'The cell does not answer.');
        return one.check(...input);
      },
    },
  };
  const request = { sourceVersion: '1.0', targetVersion: '2.0', upgradeFilters: {} };
  const radius = await foresee(deps, fleet.caller, fleet.plan, request);
  expect(radius).toMatchObject({ totalCount: 3, checkedCount: 2, blockedCount: 1, blocked: [{ instanceId: refused }] });
  expect(radius.changes.notes).toContain(`${away}: The cell does not answer.`);
});
