/**
 * Every statement that the sources execute, with its fragments put in: what PostgreSQL can be asked about without executing it.
 *
 * A fragment is found where it is written: a constant, what a function returns, both sides of a condition, what callers pass for
 * a parameter. Where there are several, the statement has several variants, so that each fragment is in one of them.
 */
import type { Checker, Type } from 'typescript/unstable/sync';
import type { CallExpression, Expression, FunctionLikeDeclaration, Node, TaggedTemplateExpression } from 'typescript/unstable/ast';
import * as is from 'typescript/unstable/ast/is';
import { partsOf, type Sources } from './sql-texts.testing.js';

/** Stands for a value in a text; numbered when the text is whole. */
const VALUE = '\0';

export interface Statement {
  /** File and line. */
  at: string;
  /** Whole texts, values as $1, $2, … */
  variants: string[];
  /** What the sources take a row for. */
  row: Type;
  node: Node;
}

export interface Statements {
  statements: Statement[];
  /** Executed, but not readable: where, and why. */
  unreadable: string[];
  /** Templates that are in no statement. */
  unused: string[];
}

class Unreadable extends Error {}

/** All statements of the sources. */
export function readStatements(sources: Sources): Statements {
  const { checker, templates, fileOf } = sources;
  const reader = new Reader(checker);
  const at = (node: Node) => `${fileOf(node)}:${node.getSourceFile().text.slice(0, node.getStart()).split('\n').length}`;
  const found: Statements = { statements: [], unreadable: [], unused: [] };
  const visit = (node: Node): void => {
    node.forEachChild(visit);
    const statement = executed(node);
    const type = statement && checker.getTypeAtLocation(statement);
    if (statement === undefined || type === undefined || !isFragment(type)) return;
    const [row] = type.isTypeReference() ? checker.getTypeArguments(type) : [];
    if (row === undefined) return;
    try {
      const variants = reader.texts(statement).map(numbered);
      found.statements.push({ at: at(node), variants: [...new Set(variants)], row, node: statement });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      found.unreadable.push(`${at(node)}: ${error.message}`);
    }
  };
  for (const source of new Set(templates.map(({ node }) => node.getSourceFile()))) visit(source);
  found.unused = templates.filter(({ node }) => !reader.read.has(node)).map(({ file, line }) => `${file}:${line}`);
  return found;
}

/** `x` of `x.execute(…)`. */
function executed(node: Node): Expression | undefined {
  if (!is.isCallExpression(node) || !is.isPropertyAccessExpression(node.expression)) return undefined;
  return node.expression.name.text === 'execute' ? node.expression.expression : undefined;
}

function isFragment(type: Type): boolean {
  if (type.isUnionType()) return type.getTypes().some(isFragment);
  return ['RawBuilder', 'AliasedRawBuilder', 'Expression'].includes(type.getSymbol()?.name ?? '');
}

function numbered(text: string): string {
  let count = 0;
  return text.replaceAll(VALUE, () => `$${++count}`);
}

/** Variant i takes the i-th text of each part, round and round: each text of each part is in some variant. */
function together(parts: string[][]): string[] {
  const count = Math.max(1, ...parts.map((texts) => texts.length));
  return Array.from({ length: count }, (_, i) => parts.map((texts) => texts[i % texts.length] ?? '').join(''));
}

class Reader {
  readonly read = new Set<TaggedTemplateExpression>();
  /** What is being read: a fragment that is made of itself is not readable. */
  private readonly open = new Set<Node>();
  /** What the call that is being read gives for a parameter. */
  private readonly given = new Map<Node, () => string[]>();

  constructor(private readonly checker: Checker) {}

  texts(node: Node): string[] {
    if (this.open.has(node)) throw new Unreadable(`${node.getText()} is made of itself`);
    this.open.add(node);
    try {
      return this.textsOf(node);
    } finally {
      this.open.delete(node);
    }
  }

  private textsOf(node: Node): string[] {
    if (is.isTaggedTemplateExpression(node)) return this.template(node);
    if (is.isParenthesizedExpression(node) || is.isAsExpression(node) || is.isNonNullExpression(node)) return this.texts(node.expression);
    if (is.isConditionalExpression(node)) return [...this.texts(node.whenTrue), ...this.texts(node.whenFalse)];
    if (is.isCallExpression(node)) return this.call(node);
    if (is.isIdentifier(node) || is.isPropertyAccessExpression(node)) return this.named(node);
    if (is.isElementAccessExpression(node)) return this.members(node.expression);
    throw new Unreadable(node.getText());
  }

  private template(node: TaggedTemplateExpression): string[] {
    this.read.add(node);
    return together(partsOf(node).flatMap(({ text, hole }) => (hole === undefined ? [[text]] : [[text], this.hole(hole)])));
  }

  private hole(node: Node): string[] {
    const type = this.checker.getTypeAtLocation(node);
    return type !== undefined && isFragment(type) ? this.texts(node) : [VALUE];
  }

  private call(node: CallExpression): string[] {
    if (/^sql\b/.test(node.expression.getText())) return this.builtIn(node);
    const declaration = this.checker.getResolvedSignature(node)?.declaration?.resolve();
    if (declaration === undefined) throw new Unreadable(node.getText());
    return this.returned(
      declaration,
      [...node.arguments].map((one) => () => this.texts(one)),
    );
  }

  /** `sql.join` and its like. */
  private builtIn(node: CallExpression): string[] {
    const name = is.isPropertyAccessExpression(node.expression) ? node.expression.name.text : '';
    const [first, separator] = node.arguments;
    if (first === undefined) throw new Unreadable(node.getText());
    if (name === 'join') {
      const between = separator === undefined ? [', '] : this.texts(separator);
      return together(this.list(first).flatMap((texts, index) => (index === 0 ? [texts] : [between, texts])));
    }
    if (is.isStringLiteral(first) || is.isNoSubstitutionTemplateLiteral(first)) return [first.text];
    const names = this.checker.getTypeAtLocation(first);
    const words = (names?.isUnionType() ? names.getTypes() : [names]).map((one) => (one?.isStringLiteralType() ? one.value : undefined));
    if (name === 'raw' || words.some((word) => word === undefined)) throw new Unreadable(node.getText());
    return words.map((word) => word ?? '');
  }

  /** Texts of each item of a list of fragments; all that may be in it are. */
  private list(node: Node): string[][] {
    if (is.isArrayLiteralExpression(node)) {
      return node.elements.flatMap((one) => (is.isSpreadElement(one) ? this.list(one.expression) : [this.hole(one)]));
    }
    if (is.isParenthesizedExpression(node)) return this.list(node.expression);
    if (is.isConditionalExpression(node)) return [...this.list(node.whenTrue), ...this.list(node.whenFalse)];
    if (is.isCallExpression(node) && is.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'map') {
      const [each] = node.arguments;
      if (each === undefined) throw new Unreadable(node.getText());
      return this.list(node.expression.expression).map((texts) => this.returned(each, [() => texts]));
    }
    if (is.isIdentifier(node)) {
      const declaration = this.checker.getSymbolAtLocation(node)?.valueDeclaration?.resolve();
      if (declaration !== undefined && is.isVariableDeclaration(declaration) && declaration.initializer !== undefined)
        return this.list(declaration.initializer);
    }
    const type = this.checker.getTypeAtLocation(node);
    const [item] = type?.isTypeReference() === true ? this.checker.getTypeArguments(type) : [];
    if (item !== undefined && isFragment(item)) throw new Unreadable(node.getText());
    return [[VALUE]];
  }

  /** What a function returns for what is given to it. */
  private returned(declaration: Node, given: (() => string[])[]): string[] {
    const { body, parameters } = declaration as FunctionLikeDeclaration;
    if (body === undefined) throw new Unreadable(declaration.getText());
    parameters.forEach((parameter, index) => {
      const texts = given[index];
      if (texts !== undefined) this.given.set(parameter, texts);
    });
    if (!is.isBlock(body)) return this.texts(body);
    const found: Node[] = [];
    const visit = (node: Node): void => {
      if (is.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
      if (!is.isFunctionDeclaration(node) && !is.isArrowFunction(node)) node.forEachChild(visit);
    };
    body.forEachChild(visit);
    return found.flatMap((node) => this.texts(node));
  }

  private named(node: Expression): string[] {
    let symbol = this.checker.getSymbolAtLocation(is.isPropertyAccessExpression(node) ? node.name : node);
    if (symbol === undefined) throw new Unreadable(node.getText());
    if (symbol.valueDeclaration === undefined) symbol = this.checker.getAliasedSymbol(symbol);
    const declaration = symbol.valueDeclaration?.resolve();
    if (declaration === undefined) throw new Unreadable(node.getText());
    if (is.isVariableDeclaration(declaration) && declaration.initializer !== undefined) return this.texts(declaration.initializer);
    if (is.isPropertyAssignment(declaration)) return this.texts(declaration.initializer);
    if (is.isParameterDeclaration(declaration)) return this.passed(declaration, node);
    throw new Unreadable(node.getText());
  }

  /** What the callers of a function pass for a parameter. */
  private passed(parameter: Node, node: Node): string[] {
    const bound = this.given.get(parameter);
    if (bound !== undefined) return bound();
    const owner = parameter.parent as FunctionLikeDeclaration;
    const index = owner.parameters.findIndex((one) => one === parameter);
    const calls = this.checker.getSignatureUsage(owner).map(({ call }) => call?.resolve());
    const arguments_ = calls.map((call) => (call !== undefined && is.isCallExpression(call) ? call.arguments[index] : undefined));
    const initial = owner.parameters[index]?.initializer;
    const all = [...arguments_, ...(initial === undefined ? [] : [initial])].filter((one) => one !== undefined);
    if (all.length === 0) throw new Unreadable(`${node.getText()}, a parameter that no caller of its function gives`);
    return all.flatMap((one) => this.texts(one));
  }

  private members(node: Expression): string[] {
    const type = this.checker.getTypeAtLocation(node);
    const declarations = (type === undefined ? [] : this.checker.getPropertiesOfType(type)).map((one) => one.valueDeclaration?.resolve());
    return declarations.flatMap((one) => {
      if (one === undefined || !is.isPropertyAssignment(one)) throw new Unreadable(node.getText());
      return this.texts(one.initializer);
    });
  }
}
