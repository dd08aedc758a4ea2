/** What a spec says and this program does not do, on the wire. */
import type { Handlers } from '@cellplane/api';
import { explainUnserved, type Note, type Problem } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import { notFound } from '../errors.js';
import { type ChartSources, judgeSources } from '../exec/chart-guard.js';
import type { Inventory } from './inventory.js';
import { selectBuiltSpec } from './rows/plan-store.js';
import { selectSpec } from './rows/version-store.js';
import { checkInThread } from './spec-threads.js';
import { selectPlan } from './store.js';
import { describePlanVersion } from './version.js';

type BuildAnswer = Awaited<ReturnType<Handlers['buildServicePlanSpec']>>;

export function warningOnWire(warning: Problem): NonNullable<BuildAnswer['warnings']>[number] {
  const { code, path, position, message, cure } = warning;
  return { code, path, line: position.line, column: position.column, message, cure };
}

export function noteOnWire({ code, key, within, message, places }: Note): NonNullable<BuildAnswer['notes']>[number] {
  return { code, key, within, message, places: places.map(({ path, position }) => ({ path, ...position })) };
}

/** What needs a fact of a cell is worth a warning only where no cell of this installation has it. */
export async function warningsHere(warnings: Problem[], inventory: Inventory): Promise<Problem[]> {
  const unfilled = new Set(await inventory.unfilled(warnings.flatMap(({ systemPath }) => systemPath ?? [])));
  return warnings.flatMap((warning) => {
    if (warning.systemPath === undefined) return [warning];
    if (!unfilled.has(warning.systemPath)) return [];
    const message = `\`${warning.systemPath}\` has no value here: no deployment cell of this installation has the fact, so creates are refused.`;
    return [{ ...warning, message }];
  });
}

/** Reads the spec of a version anew, so that the answer is that of the program that runs now. */
export function findingHandlers({
  db,
  inventory,
  sources,
}: {
  db: Database;
  inventory: Inventory;
  sources: ChartSources;
}): Pick<Handlers, 'describePlanFindings'> {
  return {
    async describePlanFindings({ params, query, caller }) {
      const plan = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const spec = await specOf(db, plan.id, query.version ?? 'preferred');
      const { problems, notes, built } = await checkInThread(Buffer.from(spec));
      return {
        warnings: (await warningsHere(judgeSources(problems, sources), inventory)).map(warningOnWire),
        notes: notes.map(noteOnWire),
        unserved: (built?.unserved ?? []).map((one) => ({
          code: one.code,
          ...(one.resource === undefined ? {} : { resourceKey: one.resource }),
          what: one.what,
          message: explainUnserved(one),
          neededBy: one.neededBy,
          reachable: one.reachable,
        })),
      };
    },
  };
}

async function specOf(db: Database, planId: string, version: string): Promise<string> {
  if (version === 'built') {
    const built = await selectBuiltSpec(db, planId);
    if (built === null) throw notFound('built spec of plan', planId);
    return built;
  }
  const { number } = await describePlanVersion(db, planId, version);
  const spec = await selectSpec(db, planId, number);
  if (spec === undefined) throw notFound('plan version', version);
  return spec;
}
