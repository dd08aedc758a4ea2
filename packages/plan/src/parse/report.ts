import type { Position, Problem } from '../problem.js';
import type { MapEntry, SpecNode } from './node.js';

/** What a check says about a place in the spec; the place gives path and position. */
export interface Finding {
  code: string;
  message: string;
  cure: string;
  /** See `Problem`. */
  systemPath?: string;
}

/** Problems are collected, never thrown: a build answers with all of them. */
export interface Report {
  problems: Problem[];
  error(at: Place, finding: Finding): void;
  warning(at: Place, finding: Finding): void;
  /** True once so many problems were found that nobody would read more; reading may stop. */
  isFull(): boolean;
}

/** Problems collected at most. */
export const MAX_COLLECTED = 5000;

/** A node of the spec, or path and position given apart. */
export type Place = Pick<SpecNode, 'path' | 'position' | 'anchored'>;

/** An empty report. The same finding at the same place is kept once. */
export function createReport(): Report {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  const add = (severity: Problem['severity'], at: Place, finding: Finding): void => {
    if (problems.length >= MAX_COLLECTED) return;
    const identity = JSON.stringify([at.path, at.position.line, at.position.column, finding.code, finding.message]);
    if (seen.has(identity)) return;
    seen.add(identity);
    problems.push({
      severity,
      code: finding.code,
      path: at.path,
      position: at.position,
      message: at.anchored ? `${finding.message} (the text is at line ${at.anchored.line}, column ${at.anchored.column})` : finding.message,
      cure: finding.cure,
      ...(finding.systemPath === undefined ? {} : { systemPath: finding.systemPath }),
    });
  };
  return {
    problems,
    error: (at, finding) => add('error', at, finding),
    warning: (at, finding) => add('warning', at, finding),
    isFull: () => problems.length >= MAX_COLLECTED,
  };
}

/** The place of a key rather than of its value. */
export function keyPlace(entry: MapEntry): Place {
  return { path: entry.value.path, position: entry.position, ...(entry.value.anchored ? { anchored: entry.value.anchored } : {}) };
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
