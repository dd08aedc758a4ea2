import { cut } from '../cut.js';
import type { Position, Problem } from '../problem.js';
import { PatternBudget } from '../pattern/budget.js';
import type { MapEntry, SpecNode } from './node.js';

/** What a check says about a place in the spec; the place gives path and position. */
export interface Finding {
  code: string;
  message: string;
  cure: string;
  /** See `Problem`. */
  systemPath?: string;
  chartAddress?: string;
}

/** Problems are collected, never thrown: a build answers with all of them. */
export interface Report {
  problems: Problem[];
  error(at: Place, finding: Finding): void;
  warning(at: Place, finding: Finding): void;
  /** Takes back what was said of a place, because something said since explains it. True if something had been said. */
  withdraw(code: string, path: string): boolean;
  /** What the patterns of the plan are charged to. */
  patterns: PatternBudget;
  /** True once so many problems were found that nobody would read more; reading may stop. */
  isFull(): boolean;
}

/** Problems collected at most. */
const MAX_COLLECTED = 5000;

/** A node of the spec, or path and position given apart. */
export type Place = Pick<SpecNode, 'path' | 'position' | 'anchored'>;

/** An empty report. The same finding at the same place is kept once. */
export function createReport(): Report {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const byText = new Map<string, { problem: Problem; said: string; anchored: boolean }>();
  const add = (severity: Problem['severity'], at: Place, said: Finding): void => {
    if (problems.length >= MAX_COLLECTED) return;
    const finding = { ...said, message: cut(said.message, MAX_SAID), cure: cut(said.cure, MAX_SAID) };
    const identity = JSON.stringify([at.path, at.position.line, at.position.column, finding.code, finding.message]);
    if (seen.has(identity)) return;
    seen.add(identity);
    const known = byText.get(sameText(at, finding));
    if (known && (known.anchored || at.anchored)) return useAgain(known, at);
    const message = at.anchored
      ? `${finding.message} (the text is at line ${at.anchored.line}, column ${at.anchored.column})`
      : finding.message;
    const problem: Problem = {
      severity,
      code: finding.code,
      path: at.path,
      position: at.position,
      message,
      cure: finding.cure,
      ...(finding.systemPath === undefined ? {} : { systemPath: finding.systemPath }),
      ...(finding.chartAddress === undefined ? {} : { chartAddress: finding.chartAddress }),
    };
    problems.push(problem);
    byText.set(sameText(at, finding), { problem, said: finding.message, anchored: at.anchored !== undefined });
  };
  return {
    problems,
    patterns: new PatternBudget(),
    error: (at, finding) => add('error', at, finding),
    warning: (at, finding) => add('warning', at, finding),
    withdraw: (code, path) => {
      const at = problems.findIndex((problem) => problem.code === code && problem.path === path);
      return at !== -1 && problems.splice(at, 1).length > 0;
    },
    isFull: () => problems.length >= MAX_COLLECTED,
  };
}

/** Characters of a message or a cure: they may quote what somebody wrote. */
const MAX_SAID = 1_000;

/**
 * What makes two findings the same one about an anchored text, reached through several places: where the text stands, and what is
 * said of it but for the place that it was reached through.
 */
function sameText(at: Place, finding: Finding): string {
  const { line, column } = at.anchored ?? at.position;
  const said = finding.message.replaceAll(at.path === '' ? /^$/g : at.path, '…').replaceAll(/workflow '[^']*'( of '[^']*')?/g, '…');
  return JSON.stringify([line, column, finding.code, said]);
}

/** Places of one problem that are kept, and those that its message names. */
const MOST_PLACES = 50;
const NAMED_PLACES = 8;

/** Another place that uses the text: the problem moves to the text itself, and names the places. */
function useAgain({ problem, said }: { problem: Problem; said: string }, at: Place): void {
  if ((problem.places?.length ?? 0) >= MOST_PLACES) return;
  const text = at.anchored ?? at.position;
  const places = problem.places ?? (isAt(problem.position, text) ? [] : [{ path: problem.path, position: problem.position }]);
  if (!isAt(at.position, text)) places.push({ path: at.path, position: at.position });
  const lines = [...new Set(places.map((place) => place.position.line))];
  problem.places = places;
  problem.position = text;
  const further = lines.length > NAMED_PLACES ? ` and ${lines.length - NAMED_PLACES} more` : '';
  problem.message = `${said} (also used at line${lines.length === 1 ? '' : 's'} ${lines.slice(0, NAMED_PLACES).join(', ')}${further})`;
}

function isAt(left: Position, right: Position): boolean {
  return left.line === right.line && left.column === right.column;
}

/** The place of a key rather than of its value. */
export function keyPlace(entry: MapEntry): Place {
  const anchored = entry.anchored ?? entry.value.anchored;
  return { path: entry.value.path, position: entry.position, ...(anchored ? { anchored } : {}) };
}

/** Order by place in the text; at the same place errors come first, else in order of discovery. */
export function byPosition(left: Problem, right: Problem): number {
  return comparePositions(left.position, right.position) || severityRank(left) - severityRank(right);
}

function comparePositions(left: Position, right: Position): number {
  return left.line - right.line || left.column - right.column;
}

function severityRank(problem: Problem): number {
  return problem.severity === 'error' ? 0 : 1;
}
