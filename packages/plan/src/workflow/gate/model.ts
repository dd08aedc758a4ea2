import type { Placeholder, Word } from '../word.js';

export type PathSegment =
  | { kind: 'key'; word: Word }
  /** `[2]`, or `[-1]` from the end. */
  | { kind: 'index'; index: number }
  /** The first element of a list that passes all tests; every one that does with `all` (gjson's `#(…)#`). */
  | { kind: 'filter'; tests: FilterTest[]; all: boolean }
  /** `#` in the middle: every element. */
  | { kind: 'every' }
  /** `#` at the end: the length of the list. */
  | { kind: 'count' };

export interface FilterTest {
  path: GatePath;
  op: GateOperator;
  operand?: GateOperand;
}

export interface GatePath {
  source: Word;
  segments: PathSegment[];
}

/** Which condition of a resource template a gate is: commas mean AND in the first, OR in the second (Argo 3.7 executor/resource.go). */
export type GateField = 'success' | 'failure';

export type GateOperator = '==' | '!=' | '>' | '>=' | '<' | '<=' | 'in' | 'notin' | '=~' | 'exists' | 'absent';

/** One side of a comparison. `quoted` texts are never read as numbers; `null` is the bare word of the wide grammar. */
export type GateOperand = { kind: 'path'; path: GatePath } | { kind: 'text'; word: Word; quoted: boolean } | { kind: 'null' };

export type GateNode =
  | { kind: 'and' | 'or'; source: Word; children: GateNode[] }
  | { kind: 'not'; source: Word; child: GateNode }
  | { kind: 'clause'; source: Word; left: GateOperand; op: GateOperator; right: GateOperand[] };

/** A parsed condition. Level 1 is Argo's own grammar and answers, level 2 the wider one (docs/reference/argo.md#the-wider-grammar). */
export interface Gate {
  field: GateField;
  level: 1 | 2;
  text: string;
  /** The placeholders in the text, in order. */
  placeholders: Placeholder[];
  root: GateNode;
}

/** Why a gate cannot be read. `offset` counts UTF-16 code units from the start of the gate's text. */
export interface GateProblem {
  code:
    | 'gate-syntax'
    | 'mixed-comma'
    | 'placeholder-as-path'
    | 'unclosed-placeholder'
    | 'private-character'
    | 'gate-pattern'
    | 'gate-path'
    | 'gate-value';
  message: string;
  offset: number;
  cure: string;
}

export type Clause = Extract<GateNode, { kind: 'clause' }>;
