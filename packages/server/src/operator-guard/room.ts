import type { ExamineUpgrade } from '../charts/upgrade-guard.js';
import type { Room } from '../room.js';
import { guardOperators, type GuardDeps } from './guard.js';
import { guardHandlers, type GuardHandlerDeps } from './handlers.js';
import { refusalsOf } from './report.js';

/** Gives the operations on what an upgrade of an operator would do. */
export function operatorGuardRoom(deps: GuardHandlerDeps): Room {
  return { name: 'operator-guard', handlers: guardHandlers(deps) };
}

/** What the charts ask before they put a newer version over an installed one. */
export function examineUpgrade(deps: GuardDeps): ExamineUpgrade {
  return async (cellId, wanted) => refusalsOf(await guardOperators(deps, { cellId, charts: [{ wanted }] }));
}
