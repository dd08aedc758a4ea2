/** How a path goes through its instances: waves, the time between them, gates, and when it stops by itself. Pure. */
import { cut, parseGate } from '@cellplane/plan';
import { badRequest, type DomainError } from '../errors.js';

/** A number of instances, or a percentage of all that the path has. */
export type Share = { instances: number } | { percent: number };

const ORDERS = ['oldest', 'newest', 'own-first'] as const;
export type Order = (typeof ORDERS)[number];

/** A gate on a live object of an instance, in the language of the plan's gates. */
export interface ConditionGate {
  /** Kubernetes' kind. Each object of this kind that the instance's workflows have made is judged. */
  kind: string;
  condition: string;
}

export interface Strategy {
  /** Sizes of waves; what is left after the last one is one more. Empty: all instances are one wave. */
  waves: Share[];
  /** How long a wave is left to show itself before the next one begins. */
  soakSeconds: number;
  /** At the end of the soak: each upgraded instance of the wave is RUNNING, and its cell has what it must have. */
  healthGate: boolean;
  conditionGates: ConditionGate[];
  /** The path is halted when so many instances of a wave have failed. Null: the percentage alone counts. */
  haltAtFailures: number | null;
  /** Likewise, of the instances of the wave. */
  haltAtFailurePercent: number;
  order: Order;
  /** A failed instance is brought back to the version that it had, where its plan says that this can be done. */
  automaticRollback: boolean;
  /** Maintenance windows of customers do not count. */
  ignoreWindows: boolean;
}

/** Where a request says nothing: a tenth of a wave, so that of a small first wave one failure is enough. */
const USUAL_HALT_PERCENT = 10;
/** Of a path with more than one wave. */
const USUAL_SOAK_SECONDS = 300;
const MOST_SOAK_SECONDS = 7 * 86_400;
const MOST_WAVES = 20;
const MOST_CONDITIONS = 10;
const MOST_INSTANCES = 100_000;
const LONGEST_CONDITION = 1_000;

/** A request's strategy, as the wire has it. */
export interface StrategyRequest {
  canary?: number | string;
  waves?: (number | string)[];
  soakSeconds?: number;
  gates?: { health?: boolean; conditions?: ConditionGate[] };
  haltAtFailures?: number;
  haltAtFailurePercent?: number;
  order?: string;
  automaticRollback?: boolean;
  ignoreMaintenanceWindows?: boolean;
}

/** @throws DomainError bad_request `invalid-strategy`, which names the member and what it may be */
export function readStrategy(request: StrategyRequest = {}): Strategy {
  if ((request.waves?.length ?? 0) > MOST_WAVES) throw invalid('strategy.waves', `has more than ${MOST_WAVES} waves`);
  const waves = [
    ...(request.canary === undefined ? [] : [readShare(request.canary, 'strategy.canary')]),
    ...(request.waves ?? []).map((share, n) => readShare(share, `strategy.waves[${n}]`)),
  ];
  if (waves.length > MOST_WAVES) throw invalid('strategy.waves', `has more than ${MOST_WAVES} waves`);
  const gates = request.gates ?? {};
  const conditionGates = gates.conditions ?? [];
  if (conditionGates.length > MOST_CONDITIONS) throw invalid('strategy.gates.conditions', `has more than ${MOST_CONDITIONS} conditions`);
  conditionGates.forEach(checkCondition);
  const order = request.order ?? 'oldest';
  if (!isOrder(order)) throw invalid('strategy.order', `must be one of ${ORDERS.join(', ')}`);
  return {
    waves,
    soakSeconds: within(request.soakSeconds, 'strategy.soakSeconds', [0, MOST_SOAK_SECONDS]) ?? (waves.length > 0 ? USUAL_SOAK_SECONDS : 0),
    healthGate: gates.health ?? waves.length > 0,
    conditionGates,
    haltAtFailures: within(request.haltAtFailures, 'strategy.haltAtFailures', [1, MOST_INSTANCES]) ?? null,
    haltAtFailurePercent: within(request.haltAtFailurePercent, 'strategy.haltAtFailurePercent', [1, 100]) ?? usualPercent(request),
    order,
    automaticRollback: request.automaticRollback ?? false,
    ignoreWindows: request.ignoreMaintenanceWindows ?? false,
  };
}

/** A number of failures that was given is the whole answer. */
function usualPercent({ haltAtFailures }: StrategyRequest): number {
  return haltAtFailures === undefined ? USUAL_HALT_PERCENT : 100;
}

/** Sizes of the waves of a path with so many instances; each has one at least, and together they are all. */
export function waveSizes(total: number, { waves }: Pick<Strategy, 'waves'>): number[] {
  const sizes: number[] = [];
  let left = total;
  for (const share of waves) {
    if (left === 0) break;
    const wanted = 'instances' in share ? share.instances : Math.ceil((total * share.percent) / 100);
    const size = Math.min(left, Math.max(1, wanted));
    sizes.push(size);
    left -= size;
  }
  if (left > 0) sizes.push(left);
  return sizes;
}

/** So many failures in a wave of this size halt the path. */
export function failuresToHalt(size: number, { haltAtFailures, haltAtFailurePercent }: Strategy): number {
  const byPercent = Math.max(1, Math.ceil((size * haltAtFailurePercent) / 100));
  return haltAtFailures === null ? byPercent : Math.min(haltAtFailures, byPercent);
}

/** As answers show it: what counts, whoever said it. */
export function strategyOnWire(
  strategy: Strategy,
): Required<Omit<StrategyRequest, 'canary' | 'haltAtFailures'>> & Pick<StrategyRequest, 'haltAtFailures'> {
  return {
    waves: strategy.waves.map((share) => ('instances' in share ? share.instances : `${share.percent}%`)),
    soakSeconds: strategy.soakSeconds,
    gates: { health: strategy.healthGate, conditions: strategy.conditionGates },
    ...(strategy.haltAtFailures === null ? {} : { haltAtFailures: strategy.haltAtFailures }),
    haltAtFailurePercent: strategy.haltAtFailurePercent,
    order: strategy.order,
    automaticRollback: strategy.automaticRollback,
    ignoreMaintenanceWindows: strategy.ignoreWindows,
  };
}

function readShare(given: number | string, field: string): Share {
  const text = String(given).trim();
  const [, digits = '', percent = ''] = /^(\d{1,6})(%?)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === '' || number < 1 || (percent === '%' ? number > 100 : number > MOST_INSTANCES))
    throw invalid(field, 'must be a number of instances, such as 5, or a percentage of them, such as "10%"');
  return percent === '%' ? { percent: number } : { instances: number };
}

function checkCondition({ kind, condition }: ConditionGate, n: number): void {
  const field = `strategy.gates.conditions[${n}]`;
  if (!/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind)) throw invalid(`${field}.kind`, 'must be a kind of Kubernetes, such as Cluster');
  if (condition.length > LONGEST_CONDITION) throw invalid(`${field}.condition`, `has more than ${LONGEST_CONDITION} characters`);
  const parsed = parseGate(condition, 'success');
  if (!parsed.ok) throw invalid(`${field}.condition`, `is no condition: ${parsed.problem.message}`);
}

function within(value: number | undefined, field: string, [least, most]: readonly [number, number]): number | undefined {
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || value < least || value > most) throw invalid(field, `must be a whole number from ${least} to ${most}`);
  return value;
}

function isOrder(text: string): text is Order {
  return (ORDERS as readonly string[]).includes(text);
}

function invalid(field: string, message: string): DomainError {
  return badRequest('invalid-strategy', `Invalid request: ${field} ${cut(message)}.`, [{ field, message }]);
}
