/** Handlers of the operator guard: what a plan version's charts would do to a cell, and what of it is allowed all the same. */
import type { Caller, Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { planVersion } from '../catalog/catalog.js';
import { namedCell } from '../cells/handlers.js';
import { answering } from '../cells/cell-answer.js';
import { badRequest, DomainError, invalidState } from '../errors.js';
import type { Sealer } from '../secrets/envelope.js';
import { masked } from '../work/words.js';
import { insertAllowances } from './allowance-store.js';
import { guardOperators, type GuardDeps, type GuardedChart } from './guard.js';
import type { GuardReport } from './report.js';
import { wantedCharts } from './wanted-charts.js';

export interface GuardHandlerDeps extends GuardDeps {
  sealer: Sealer;
  /** Whose cells these are. */
  providerOrgId: string;
}

type Wire = Awaited<ReturnType<Handlers['describeOperatorGuard']>>;

export function guardHandlers(deps: GuardHandlerDeps): Pick<Handlers, 'describeOperatorGuard' | 'allowOperatorUpgrade'> {
  const { db } = deps;
  const look = async (caller: Caller, named: string, of: { productTierId: string; version?: string | undefined }): Promise<Wire> => {
    const row = await namedCell(deps, caller, named);
    const cell = await deps.cells.find(row.id);
    const version = await planVersion(db, caller.orgId, of.productTierId, of.version ?? 'preferred');
    const charts = await wantedCharts(deps, version, cell);
    const report = await told(cell.key, charts, () => guardOperators(deps, { cellId: cell.id, charts }));
    return {
      cellId: cell.id,
      productTierId: version.place.planId,
      planName: version.place.planName,
      version: version.version,
      charts: report.charts.map((chart, at) => {
        const { unrendered } = charts[at] ?? {};
        const notChecked = unrendered === undefined ? chart.notChecked : [`values of the chart: ${unrendered}`, ...chart.notChecked];
        return { ...chart, notChecked };
      }),
      refused: report.charts.some(({ allowed, findings }) => !allowed && findings.some(({ refuses }) => refuses)),
    };
  };
  return {
    describeOperatorGuard: ({ params, query, caller }) => look(caller, params.cell, query),
    async allowOperatorUpgrade({ params, body, caller }) {
      const found = await look(caller, params.cell, body);
      const refusing = found.charts.flatMap((chart) => chart.findings.filter(({ refuses }) => refuses).map(({ key }) => ({ chart, key })));
      const unknown = body.findings.filter((key) => !refusing.some((one) => one.key === key));
      if (unknown.length > 0)
        throw badRequest(
          'unknown-finding',
          `Invalid request: nothing here refuses for "${cut(unknown[0] ?? '')}". Look again: what is there may have changed.`,
          [{ field: 'findings', code: 'unknown-finding', message: 'names no finding that refuses' }],
        );
      if (body.findings.length === 0) throw invalidState('nothing-to-allow', 'Nothing was named: give the keys of findings that refuse.');
      for (const { repositoryUrl, chart, wanted: version, findings } of found.charts) {
        const own = findings.filter(({ key, refuses }) => refuses && body.findings.includes(key)).map(({ key }) => key);
        await insertAllowances(db, { cellId: found.cellId, repositoryUrl, chart, version }, own, caller.userId);
      }
      return look(caller, found.cellId, body);
    },
  };
}

/** @throws DomainError unavailable, if the cell or a repository of charts does not answer */
async function told(cellKey: string, charts: readonly GuardedChart[], look: () => Promise<GuardReport>): Promise<GuardReport> {
  try {
    return await answering({ key: cellKey, so: 'it cannot be said what an upgrade would do' }, look);
  } catch (error) {
    if (!(error instanceof Error && 'retriable' in error)) throw error;
    const secrets = charts.flatMap(({ wanted }) => [wanted.password ?? '', ...(wanted.secrets ?? [])]);
    const cause = masked(error.message, secrets);
    throw new DomainError(
      'unavailable',
      'chart-not-read',
      `A chart could not be read, so it cannot be said what an upgrade would do: ${cause}`,
    );
  }
}
