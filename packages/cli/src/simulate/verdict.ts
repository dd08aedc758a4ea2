/** What a simulation came to, in words. */
import { type CompiledPlan, type CompiledResource, isContainer, whatIsNotServed } from '@cellplane/plan';

/** What became of one operation. */
export type Tried =
  | { name: string; result: 'done' }
  | { name: string; result: 'failed'; why: string }
  | { name: string; result: 'not run'; why: string };

/** Parts of a plan that no instance gets: this program does not make them. */
export function notMade(plan: CompiledPlan, resource: CompiledResource): string[] {
  const needed = new Set<string>();
  const add = (key: string) => {
    if (needed.has(key)) return;
    needed.add(key);
    for (const other of plan.resources.find((one) => one.key === key)?.dependsOn ?? []) add(other);
  };
  add(resource.key);
  const resources = plan.resources.flatMap((one) => {
    const what = needed.has(one.key) ? whatIsNotServed(one) : undefined;
    // A dependency that says nothing of what it is made of: there is nothing to be made.
    const isNothing = one.kind === 'Generic' && !isContainer(one) && one !== resource;
    return what === undefined || isNothing ? [] : [`resource "${one.name}", ${what}`];
  });
  const balancers = plan.settings['loadBalancers'];
  const names = typeof balancers === 'object' && balancers !== null ? Object.values(balancers).flatMap(namesIn) : [];
  return [...resources, ...names.map((name) => `load balancer "${name}"`)];
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.map((one: { name?: unknown }) => (typeof one?.name === 'string' ? one.name : 'without a name')) : [];
}

/** The last lines: what the simulation says of the plan. `well`: everything that was tried succeeded, and nothing is missing. */
export function verdict(of: { tried: Tried[]; notMade: string[]; told: string[]; others: string[] }): { well: boolean; lines: string[] } {
  const names = (result: Tried['result']) => of.tried.filter((one) => one.result === result).map((one) => one.name);
  const failed = of.tried.filter((one) => one.result === 'failed');
  const well = failed.length === 0 && of.notMade.length === 0 && names('done').length > 0;
  const done = names('done').join(', ');
  const head = well
    ? `in the simulation the plan works: ${done} succeeded`
    : failed.length > 0
      ? `${failed.map((one) => one.name).join(' and ')} failed${done === '' ? '' : `; ${done} succeeded`}`
      : `${done === '' ? 'nothing was made' : `${done} succeeded`}, but not all of the plan was made`;
  return {
    well,
    lines: [
      `Verdict: ${head}.`,
      ...of.notMade.map((what) => `  not made: ${what}: not served here`),
      ...grouped(of.tried),
      ...of.told.map(toldLine),
      ...of.others.map((name) => `  not simulated: resource "${name}", another one of this plan: --resource "${name}"`),
    ],
  };
}

/** `made up: Secret db: only the real operator would make it`. */
function toldLine(text: string): string {
  const [, what, why] = /^(.*) (?:was|were) made up; (.*)$/.exec(text) ?? [];
  return what === undefined ? `  note: ${text}` : `  made up: ${what}: ${why}`;
}

/** What was not run, those of the same reason together. */
function grouped(tried: Tried[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const one of tried) if (one.result === 'not run') byReason.set(one.why, [...(byReason.get(one.why) ?? []), one.name]);
  return [...byReason].map(([why, names]) => `  not run: ${names.join(', ')}: ${why}`);
}
