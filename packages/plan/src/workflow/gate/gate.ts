import { MAX_TEXT } from '../../expression/work.js';
import { PatternBudget, PatternBudgetSpent } from '../../pattern/budget.js';
import { failed, ok, type Result } from '../../result.js';
import { parseArgoGate } from './argo-grammar.js';
import { parseWideGate } from './wide-grammar.js';
import type { Gate, GateField, GateNode, GateOperand, GatePath, GateProblem } from './model.js';
import { bindWord, type BoundText, neutralise, type NeutralText, type Resolve, wordText } from '../word.js';

/**
 * Parses a successCondition or failureCondition. A text that Argo's label-selector grammar accepts is read by it and
 * nothing else; any other text by the wider grammar. Placeholders are operands or pieces of a path segment, never
 * operators or whole paths. Without a budget of the caller's, a gate has one of its own for its patterns, and fails with it.
 * @throws PatternBudgetSpent that of the caller
 */
export function parseGate(text: string, field: GateField, patterns?: PatternBudget): Result<Gate, GateProblem> {
  const neutral = neutralise(text);
  if ('fault' in neutral) {
    return failed({
      code: neutral.fault,
      offset: neutral.offset,
      message:
        neutral.fault === 'unclosed-placeholder'
          ? 'A placeholder is opened with {{ and never closed'
          : 'The text holds a private-use character',
      cure: neutral.fault === 'unclosed-placeholder' ? 'Close it with }}.' : 'Remove the character.',
    });
  }
  const argo = parseArgoGate(neutral, field);
  if (argo.ok) return placed({ field, level: 1, text, placeholders: neutral.placeholders, root: argo.value });
  const wide = patterns === undefined ? parseAlone(neutral, field) : parseWideGate(neutral, field, patterns);
  if (wide.ok) return placed({ field, level: 2, text, placeholders: neutral.placeholders, root: wide.value });
  const { problem } = wide;
  return failed({ ...problem, offset: neutral.offsets[problem.offset] ?? text.length });
}

function parseAlone(neutral: NeutralText, field: GateField): Result<GateNode, GateProblem> {
  try {
    return parseWideGate(neutral, field, new PatternBudget());
  } catch (error) {
    if (!(error instanceof PatternBudgetSpent)) throw error;
    return failed({
      code: 'gate-pattern',
      offset: 0,
      message: `Its patterns are too large: ${error.message}`,
      cure: 'Write smaller counts.',
    });
  }
}

/** A path made of nothing but placeholders would let a value choose what is looked at. */
function placed(gate: Gate): Result<Gate, GateProblem> {
  for (const path of pathsOf(gate.root)) {
    const literal = path.segments.some(
      (segment) => segment.kind !== 'key' || segment.word.some((part) => typeof part === 'string' && part !== ''),
    );
    if (!literal) {
      return failed({
        code: 'placeholder-as-path',
        offset: Math.max(0, gate.text.indexOf('{{')),
        message: 'A placeholder stands where the path of the object is expected; a value may not choose what is looked at',
        cure: 'Write the path literally, on the left of the operator; a placeholder may be the value, or one segment of the path.',
      });
    }
  }
  return ok(gate);
}

/** Every path that a gate looks at, filters' inner paths not included. */
export function pathsOf(node: GateNode): GatePath[] {
  if (node.kind === 'not') return pathsOf(node.child);
  if (node.kind !== 'clause') return node.children.flatMap(pathsOf);
  return [node.left, ...node.right].flatMap((operand) => (operand.kind === 'path' ? [operand.path] : []));
}

/**
 * Puts values in the place of a gate's placeholders, as texts. Fails if a placeholder has no value, and where Argo's
 * parser would refuse the value: a non-integer after `>` or `<` in a gate of level 1.
 */
export function bindGate(gate: Gate, resolve: Resolve): Result<Gate, GateProblem> {
  const unbound = gate.placeholders.find((part) => resolve(part.placeholder, part.tag) === undefined);
  if (unbound !== undefined) {
    return failed({
      code: 'gate-value',
      offset: unbound.tag.offset,
      message: `failed to resolve {{${unbound.placeholder}}} in ${gate.field} condition '${gate.text}'`,
      cure: 'Declare it as an input of the template and pass it in the arguments of the task.',
    });
  }
  const length = gate.placeholders.reduce((sum, part) => sum + lengthOf(resolve(part.placeholder, part.tag)), 0);
  if (length > MAX_TEXT)
    return failed({
      code: 'gate-value',
      offset: 0,
      message: `the values in ${gate.field} condition '${gate.text}' have more than ${MAX_TEXT} characters`,
      cure: 'Give shorter values.',
    });
  const root = bindNode(gate.root, resolve);
  const wrong = gate.level === 1 ? integerFault(root) : undefined;
  if (wrong === undefined) return ok({ ...gate, root });
  return failed({
    code: 'gate-value',
    offset: 0,
    message: `${gate.field} condition '${gate.text}' failed to parse: for 'Gt', 'Lt' operators, the value must be an integer, got '${wrong}'`,
    cure: 'Pass an integer, or write the condition with >= or <=, which take any number.',
  });
}

function lengthOf(value: string | BoundText | undefined): number {
  return (typeof value === 'string' ? value : (value?.text ?? '')).length;
}

function bindNode(node: GateNode, resolve: Resolve): GateNode {
  const source = bindWord(node.source, resolve);
  if (node.kind === 'not') return { kind: 'not', source, child: bindNode(node.child, resolve) };
  if (node.kind !== 'clause') return { kind: node.kind, source, children: node.children.map((child) => bindNode(child, resolve)) };
  return {
    kind: 'clause',
    source,
    op: node.op,
    left: bindOperand(node.left, resolve),
    right: node.right.map((operand) => bindOperand(operand, resolve)),
  };
}

function bindOperand(operand: GateOperand, resolve: Resolve): GateOperand {
  if (operand.kind === 'null') return operand;
  if (operand.kind === 'text') return { ...operand, word: bindWord(operand.word, resolve) };
  return { kind: 'path', path: bindPath(operand.path, resolve) };
}

function bindPath(path: GatePath, resolve: Resolve): GatePath {
  return {
    source: bindWord(path.source, resolve),
    segments: path.segments.map((segment) => {
      if (segment.kind === 'key') return { kind: 'key', word: bindWord(segment.word, resolve) };
      if (segment.kind !== 'filter') return segment;
      const tests = segment.tests.map((test) => ({
        ...test,
        path: bindPath(test.path, resolve),
        operand: test.operand && bindOperand(test.operand, resolve),
      }));
      return { ...segment, tests };
    }),
  };
}

function integerFault(node: GateNode): string | undefined {
  if (node.kind === 'not') return integerFault(node.child);
  if (node.kind !== 'clause') {
    for (const child of node.children) {
      const fault = integerFault(child);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const [value] = node.right;
  if ((node.op !== '>' && node.op !== '<') || value?.kind !== 'text') return undefined;
  const text = wordText(value.word);
  return /^[-+]?\d+$/.test(text) ? undefined : text;
}
