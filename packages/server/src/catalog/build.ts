/**
 * The build pair (docs/reference/api.md#the-build-pair). `prepare` finds or makes what the spec names; `build` checks the spec, keeps it as what was
 * built last, and makes a version of it:
 *
 * - the first build of a plan is always released, as 1.0 and Preferred, so that a plan can be used at once;
 * - later builds make a version only if they are to be released (or are forced) and the compiled plan differs from the
 *   newest version's. Comments and layout of the spec are no difference;
 * - an unchanged spec that is to be released as preferred makes the newest version the preferred one;
 * - a plan of which customers could not create what it offers is built and released, but becomes the preferred one only if that is
 *   allowed by name: the first build leaves it Active, and a release as preferred is refused after the build is stored;
 * - a dry run stores nothing, and tells what would change.
 */
import { type CompiledPlan, cut, type Note, type Problem } from '@cellplane/plan';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { badRequest, DomainError } from '../errors.js';
import { type ChartSources, judgeSources } from '../exec/chart-guard.js';
import { reachesProduct, type Viewer } from '../identity/viewer.js';
import { type BuildPreview, previewBuild } from './build-preview.js';
import type { BuiltSpec } from './checked-spec.js';
import { lockOrganization } from '../identity/organization-store.js';
import { ensurePlan, findPlan, type PlanIds, type PlanNames } from './hierarchy.js';
import { addVersion, ensureResources, keepBuilt } from './release.js';
import { newestVersion } from './rows/version-store.js';
import { notServed, reachable } from './served.js';
import { checkInThread } from './spec-threads.js';
import { tellPlan } from './tell-plan.js';
import { preferVersion, versionNumber } from './version.js';

export interface BuildDeps {
  db: Database;
  sources: ChartSources;
}

export interface BuildInput extends Viewer {
  userId: string;
  service: string;
  description?: string;
  logoUrl?: string;
  /** @default Dev */
  environment?: string;
  /** @default DEV */
  environmentType?: string;
  /** Base64. */
  fileContent: string;
  dryRun?: boolean;
  release?: boolean;
  releaseAsPreferred?: boolean;
  releaseName?: string;
  force?: boolean;
  /** Release as preferred although some of the plan is not served. */
  allowUnserved?: boolean;
}

export interface BuildOutcome extends Partial<PlanIds> {
  /** The new version, if one was made. */
  version?: string;
  warnings: Problem[];
  notes: Note[];
  /** Of a dry run. */
  preview?: BuildPreview;
}

/** A spec without an error, and what was worth a warning. */
interface CheckedSpec extends BuiltSpec {
  warnings: Problem[];
  notes: Note[];
}

/** Finds or makes the plan. `isNew` stays true until the plan has a version, so that a failed first build is released by the next. */
export async function preparePlan({ db, sources }: BuildDeps, input: BuildInput): Promise<PlanIds & { isNew: boolean }> {
  const spec = await checkSpec(input.fileContent, sources);
  return transaction(db, async (tx) => {
    // Builds of one organization take turns, so that two of them never make the same service twice.
    await lockOrganization(tx, input.orgId);
    const ids = await ensureReachable(tx, input, namesOf(input, spec.name));
    return { ...ids, isNew: (await newestVersion(tx, ids.planId)) === undefined };
  });
}

/** Builds. @throws DomainError bad_request with every problem of the spec; or with what keeps it from being released as preferred */
export async function build({ db, sources }: BuildDeps, input: BuildInput): Promise<BuildOutcome> {
  const spec = await checkSpec(input.fileContent, sources);
  const names = namesOf(input, spec.name);
  const { warnings, notes } = spec;
  const refused = input.releaseAsPreferred === true && input.allowUnserved !== true && reachable(spec.unserved).length > 0;
  if (input.dryRun === true) {
    if (refused) throw notServed(spec, 'Nothing was changed (dry run).');
    const found = await findPlan(db, input.orgId, names);
    requireProductOf(input, found.serviceId, names);
    const of = { orgId: input.orgId, environmentType: names.environmentType, planId: found.planId };
    return { ...found, warnings, notes, preview: await previewBuild(db, of, JSON.parse(spec.plan) as CompiledPlan) };
  }
  const built = await transaction(db, async (tx) => {
    await lockOrganization(tx, input.orgId);
    const ids = await ensureReachable(tx, input, names);
    await keepBuilt(tx, ids.planId, spec);
    await ensureResources(tx, ids.planId, spec.resourceKeys);
    await tellPlan(tx, ids.planId);
    return { ids, version: await versionOfBuild(tx, ids.planId, spec, input) };
  });
  if (refused) throw notServed(spec, stateOf(built.version));
  const { ids, version } = built;
  return version === undefined ? { ...ids, warnings, notes } : { ...ids, version, warnings, notes };
}

/** The plan, found or made; of a product that the caller's role is for. @throws DomainError forbidden, and what was made is undone */
async function ensureReachable(tx: Transaction, input: BuildInput, names: PlanNames): Promise<PlanIds> {
  const ids = await ensurePlan(tx, input.orgId, names);
  requireProductOf(input, ids.serviceId, names);
  return ids;
}

function requireProductOf(viewer: Viewer, serviceId: string | undefined, names: PlanNames): void {
  if (viewer.products === undefined || (serviceId !== undefined && reachesProduct(viewer, serviceId))) return;
  throw new DomainError(
    'forbidden',
    'role-not-allowed',
    `Your role is for other products than "${cut(names.service)}". Ask a root or admin for a role for this one, or to make it.`,
  );
}

function stateOf(version: string | undefined): string {
  return version === undefined ? 'The spec is built.' : `The spec is built as version ${version}, which is not the preferred one.`;
}

async function versionOfBuild(tx: Transaction, planId: string, spec: CheckedSpec, input: BuildInput): Promise<string | undefined> {
  const newest = await newestVersion(tx, planId);
  const mayBePreferred = input.allowUnserved === true || reachable(spec.unserved).length === 0;
  const preferred = input.releaseAsPreferred === true && mayBePreferred;
  const release = {
    userId: input.userId,
    preferred,
    ...(input.releaseName === undefined ? {} : { name: input.releaseName }),
  };
  if (newest === undefined) return addVersion(tx, planId, spec, { ...release, preferred: mayBePreferred });
  if (input.force === true) return addVersion(tx, planId, spec, release);
  if (input.release !== true && input.releaseAsPreferred !== true) return undefined;
  if (newest.digest !== spec.digest) return addVersion(tx, planId, spec, release);
  if (preferred) await preferVersion(tx, planId, versionNumber(newest.number));
  return undefined;
}

function namesOf(input: BuildInput, plan: string): PlanNames {
  if (input.service.trim() === '')
    throw badRequest('missing-field', 'Invalid request: name is blank; give the product a name.', [
      { field: 'name', code: 'missing-field', message: 'must not be blank' },
    ]);
  const names: PlanNames = {
    service: input.service.trim(),
    environment: input.environment?.trim() || 'Dev',
    environmentType: input.environmentType?.trim() || 'DEV',
    plan,
  };
  if (input.description !== undefined) names.description = input.description;
  if (input.logoUrl !== undefined) names.logoUrl = input.logoUrl;
  return names;
}

async function checkSpec(fileContent: string, sources: ChartSources): Promise<CheckedSpec> {
  const { problems: found, notes, built } = await checkInThread(decode(fileContent));
  const problems = judgeSources(found, sources);
  if (built === undefined || problems.some(({ severity }) => severity === 'error')) throw specError(problems);
  return { ...built, warnings: problems, notes };
}

function specError(problems: Problem[]) {
  const lines = problems.map((problem) =>
    `${problem.position.line}:${problem.position.column} ${problem.severity === 'warning' ? 'warning ' : ''}${problem.path === '' ? '' : `${problem.path}: `}${problem.message} ${problem.cure}`.trimEnd(),
  );
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  return badRequest(
    'invalid-plan-spec',
    `Invalid request: the plan spec has ${errors} ${errors === 1 ? 'error' : 'errors'}:\n${lines.join('\n')}`,
    problems.map((problem) => ({
      field: problem.path,
      code: problem.code,
      message: problem.message,
      cure: problem.cure,
      line: problem.position.line,
      column: problem.position.column,
      severity: problem.severity,
    })),
  );
}

function decode(fileContent: string): Uint8Array {
  const packed = fileContent.replaceAll(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(packed)) throw notSpecText('is not base64');
  return Buffer.from(packed, 'base64');
}

function notSpecText(what: string) {
  return badRequest('invalid-file-content', `Invalid request: fileContent ${what}.`, [
    { field: 'fileContent', code: 'invalid-format', message: what },
  ]);
}
