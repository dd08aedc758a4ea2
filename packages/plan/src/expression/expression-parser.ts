import { cut } from '../cut.js';
import { remember } from './bounded-cache.js';
import type { Expression, ExpressionProblem, PathSegment, Reference } from './expression.js';
import { Refusal, Scanner } from './scanner.js';
import { readListSegment } from './list-segment.js';
import { FUNCTIONS, type FunctionSignature } from './function/functions.js';
import { failed, ok, type Result } from '../result.js';
import { GateFault } from '../workflow/gate/cursor.js';

/**
 * Parses one platform expression, without its braces. Roots: `$sys`, `$var`, `$secret`, `$func`, `$tasks` and
 * `$<resource>.out|var|sys`. Function names and their number of arguments are checked here; whether a name is declared is
 * the caller's business. Cached; don't change the result.
 */
export const parseExpression: (text: string) => Result<Expression, ExpressionProblem> = remember(4000, (text) => {
  if (text.length > MAX_EXPRESSION_LENGTH)
    return failed({
      code: 'expression-syntax',
      offset: 0,
      message: `The expression has ${text.length} characters; one may have ${MAX_EXPRESSION_LENGTH}.`,
      cure: 'Put long literal text outside of the expression, or into a parameter.',
    });
  try {
    return ok(new Parser(text).whole());
  } catch (error) {
    if (error instanceof Refusal) return failed(error.problem);
    throw error;
  }
});

/** Characters of an expression. */
export const MAX_EXPRESSION_LENGTH = 20_000;

/** Nesting beyond this is refused, so that a hostile text can't exhaust the stack. */
const MAX_DEPTH = 50;

/** So far the `=` of a filter such as `[type=Ready]` is looked for. */
const MAX_FILTER_START = 300;

class Parser extends Scanner {
  private calls = 0;
  private depth = 0;

  whole(): Expression {
    this.space();
    if (this.text[this.at] !== '$') {
      throw this.refuse(
        'expression-syntax',
        this.at,
        'An expression begins with $.',
        'Write $sys.…, $var.…, $secret.…, $func.… or $<resource>.out.….',
      );
    }
    const expression = this.dollar();
    this.space();
    if (this.at < this.text.length) {
      throw this.refuse(
        'expression-syntax',
        this.at,
        `Unexpected ${quoted(this.text.slice(this.at))} after the expression.`,
        'Put literal text outside the braces, and calculations into a function.',
      );
    }
    return expression;
  }

  private dollar(): Expression {
    const offset = this.at;
    this.at += 1;
    const root = this.word();
    if (root === 'func') return this.call(offset);
    if (root === 'sys' || root === 'var' || root === 'secret') return this.reference(offset, root);
    if (root === 'tasks') return this.task(offset);
    return this.resource(offset, root);
  }

  private reference(offset: number, root: 'sys' | 'var' | 'secret'): Reference {
    const path = this.path();
    const text = this.since(offset);
    if (path.length === 0 || !('key' in (path[0] ?? {}))) {
      throw this.refuse('expression-syntax', offset, `${text} names nothing.`, `Write $${root}.<name>.`);
    }
    if (root === 'secret' && path.length > 1) {
      throw this.refuse('expression-syntax', offset, `${text}: a secret is one text without fields.`, 'Write $secret.<NAME>.');
    }
    return { type: 'reference', root, path, text, offset };
  }

  private task(offset: number): Reference {
    const [task, resource, ...path] = this.path();
    const text = this.since(offset);
    if (task === undefined || !('key' in task) || resource === undefined || !('key' in resource) || resource.key !== 'resource') {
      throw this.refuse(
        'expression-syntax',
        offset,
        `${text} is not a task's object.`,
        'Write $tasks.<task>.resource.<path>; only the last object of a task can be read.',
      );
    }
    return { type: 'reference', root: 'tasks', name: task.key, path, text, offset };
  }

  private resource(offset: number, name: string): Reference {
    const [scope, ...path] = name === '' ? [] : this.path();
    const text = this.since(offset);
    const key = scope !== undefined && 'key' in scope ? scope.key : '';
    if (key !== 'out' && key !== 'var' && key !== 'sys') {
      throw this.refuse(
        'unknown-root',
        offset,
        `${quoted(text)} has no known root.`,
        'Roots are $sys, $var, $secret, $func, $tasks and $<resource>.out, .var or .sys.',
      );
    }
    if (path.length === 0) throw this.refuse('expression-syntax', offset, `${text} names nothing.`, `Write $${name}.${key}.<name>.`);
    return { type: 'reference', root: 'resource', name, scope: key, path, text, offset };
  }

  private call(offset: number): Expression {
    if (this.text[this.at] === '.') this.at += 1;
    const name = this.word();
    const signature = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (signature === undefined) {
      const known = Object.keys(FUNCTIONS).join(', ');
      throw this.refuse('unknown-function', offset, `There is no function $func.${name}.`, `Functions are ${known}.`);
    }
    const ordinal = this.calls;
    this.calls += 1;
    this.space();
    if (this.text[this.at] !== '(') {
      throw this.refuse('expression-syntax', this.at, `$func.${name} is not called.`, `Write ${usage(name, signature)}.`);
    }
    this.at += 1;
    const given = this.arguments(name);
    const [least, most] = signature.arity;
    if (given.length < least || given.length > most) {
      throw this.refuse(
        'function-arguments',
        offset,
        `$func.${name} got ${given.length} argument${given.length === 1 ? '' : 's'}.`,
        `Write ${usage(name, signature)}.`,
      );
    }
    const path = this.path();
    return { type: 'call', name, arguments: given, path, ordinal, text: this.since(offset), offset };
  }

  private arguments(name: string): Expression[] {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) {
      throw this.refuse('expression-syntax', this.at, 'Functions are nested too deeply.', `Use at most ${MAX_DEPTH} levels.`);
    }
    const given: Expression[] = [];
    this.space();
    while (this.text[this.at] !== ')') {
      given.push(this.argument(name));
      this.space();
      const next = this.text[this.at];
      if (next === ',') {
        this.at += 1;
        this.space();
      } else if (next !== ')') {
        throw this.refuse(
          'expression-syntax',
          this.at,
          `The arguments of $func.${name} are not closed.`,
          'Separate arguments by , and end them with ).',
        );
      }
    }
    this.at += 1;
    this.depth -= 1;
    return given;
  }

  private argument(name: string): Expression {
    const offset = this.at;
    const first = this.text[offset];
    if (first === '$') return this.dollar();
    if (first === '"' || first === "'" || (first === '\\' && this.text[offset + 1] === '"')) {
      return { type: 'literal', value: this.string(), offset };
    }
    const word = /[^\s,()"']*/y;
    word.lastIndex = offset;
    const text = word.exec(this.text)?.[0] ?? '';
    if (text === '') {
      throw this.refuse(
        'expression-syntax',
        offset,
        `An argument of $func.${name} is missing.`,
        'Write a literal or an expression; quote an empty text as "".',
      );
    }
    this.at += text.length;
    return { type: 'literal', value: literal(text), offset };
  }

  private path(): PathSegment[] {
    const path: PathSegment[] = [];
    for (;;) {
      const next = this.text[this.at];
      if (next === '.') {
        this.at += 1;
        if (this.text[this.at] === '#') {
          path.push(this.list());
          continue;
        }
        const key = this.word();
        if (key === '')
          throw this.refuse(
            'expression-syntax',
            this.at,
            'A name is missing after the dot.',
            'Write a field name, or quote it: ["field name"].',
          );
        path.push({ key });
      } else if (next === '[') path.push(this.bracket());
      else return path;
    }
  }

  private bracket(): PathSegment {
    const offset = this.at;
    this.at += 1;
    this.space();
    const next = this.text[this.at] ?? '';
    let segment: PathSegment | undefined;
    if (next === '*') {
      this.at += 1;
      segment = { each: true };
    } else if (/[0-9]/.test(next)) segment = { index: Number(this.word()) };
    else if (/^-\d+\s*\]/.test(this.text.slice(this.at, this.at + 20))) segment = { index: Number(this.word()) };
    else if (next === '"' || next === "'" || next === '\\') segment = { key: this.string() };
    else if (next === '?' || /^[A-Za-z_][^\]]*=/.test(this.text.slice(this.at, this.at + MAX_FILTER_START))) {
      this.at = offset;
      return this.list();
    }
    this.space();
    if (segment === undefined || this.text[this.at] !== ']' || ('index' in segment && !Number.isSafeInteger(segment.index))) {
      throw this.refuse(
        'expression-syntax',
        offset,
        'The bracket holds no index.',
        'Write [0], [*], ["key"] or a filter such as [?(@.type=="Ready")].',
      );
    }
    this.at += 1;
    return segment;
  }

  /** A segment that looks into a list, as gates write it. */
  private list(): PathSegment {
    const offset = this.at;
    try {
      const { segment, end } = readListSegment(this.text, offset);
      this.at = end;
      return { list: segment };
    } catch (error) {
      if (error instanceof GateFault) throw this.refuse('expression-syntax', offset, `${error.problem.message}.`, error.problem.cure);
      throw error;
    }
  }
}

/** A bare word of an argument: a number where it is one exactly, `true`, `false`, `null`, else text. */
function literal(text: string): string | number | boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) || text.includes('.') ? number : text;
}

function usage(name: string, signature: FunctionSignature): string {
  return `$func.${name}(${signature.parameters})`;
}

function quoted(text: string): string {
  return `“${cut(text, 60)}”`;
}
