import type { ExpressionProblem } from './expression.js';

/** A problem on its way out of the recursive descent; caught by `parseExpression`. */
export class Refusal extends Error {
  constructor(readonly problem: ExpressionProblem) {
    super(problem.message);
  }
}

/** The words, quoted texts and blanks of an expression, read at a place that moves on. */
export class Scanner {
  protected at = 0;

  constructor(protected readonly text: string) {}

  /** A quoted text; `\"…\"` as well, for expressions inside a double-quoted scalar of a manifest. */
  protected string(): string {
    const offset = this.at;
    const escaped = this.text[this.at] === '\\';
    if (escaped) this.at += 1;
    const quote = this.text[this.at] ?? '';
    const close = escaped ? `\\${quote}` : quote;
    this.at += 1;
    let value = '';
    while (this.at < this.text.length) {
      if (this.text.startsWith(close, this.at)) {
        this.at += close.length;
        return value;
      }
      if (this.text[this.at] === '\\' && this.at + 1 < this.text.length) {
        const code = this.text[this.at + 1] ?? '';
        value += code === 'n' ? '\n' : code === 't' ? '\t' : code;
        this.at += 2;
      } else {
        value += this.text[this.at];
        this.at += 1;
      }
    }
    throw this.refuse('expression-syntax', offset, 'A quoted text is not closed.', `End it with ${quote}.`);
  }

  /** A name: letters, digits, `_`, `-`; any character after a backslash, and then slashes too (`cnpg\.io/hibernation`). */
  protected word(): string {
    const word = /[\p{L}\p{N}_-]*(?:\\[^\s"'][\p{L}\p{N}_/-]*)*/uy;
    word.lastIndex = this.at;
    const text = word.exec(this.text)?.[0] ?? '';
    this.at += text.length;
    return text.replace(/\\([^])/g, '$1');
  }

  protected space(): void {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  protected since(offset: number): string {
    return this.text.slice(offset, this.at);
  }

  protected refuse(code: ExpressionProblem['code'], offset: number, message: string, cure: string): Refusal {
    return new Refusal({ code, offset, message, cure });
  }
}
