/** Where the tags of a text end. What is looked for far ahead is looked for once, however many tags are opened. */

/** Tags of one text whose quotes are not closed are followed so far, in all; the rest of them end at the next braces. */
const MAX_FOLLOWED = 1_000_000;

export class TagEnds {
  private readonly close: Ahead;
  private readonly raw: Ahead;
  private followed = 0;

  constructor(
    private readonly text: string,
    private readonly platformStart: RegExp,
  ) {
    this.close = new Ahead(text, '}}');
    this.raw = new Ahead(text, '`}}');
  }

  /** Where the tag that opens at `start` ends, or -1 if its braces are plain text (unclosed, or another tag begins inside). */
  of(start: number): number {
    const { text } = this;
    if (text[start + 2] === '`') {
      const raw = this.raw.from(start + 3);
      if (raw !== -1) return raw + 3;
    }
    let from = start + 2;
    while (from < start + MAX_BLANKS && /\s/.test(text[from] ?? '')) from += 1;
    if (text[from] === '$' && this.platformStart.test(text.slice(from, from + 300))) {
      const end = this.expressionEnd(from);
      if (end !== -1) return end;
    }
    const end = this.close.from(start + 2);
    if (end === -1) return -1;
    const inner = text.indexOf('{{', start + 2);
    return inner !== -1 && inner < end ? -1 : end + 2;
  }

  /** End of `… }}` where quoted strings on one line may hold anything; -1 if it isn't closed that way. */
  private expressionEnd(from: number): number {
    const { text } = this;
    if (this.followed > MAX_FOLLOWED) return -1;
    let quote = '';
    for (let at = from; at < text.length; at += 1) {
      const character = text[at];
      if (quote !== '') {
        if (character === '\n') return this.unclosed(at - from);
        if (character === '\\') at += 1;
        else if (character === quote) quote = '';
      } else if (character === '"' || character === "'") quote = character;
      else if (text.startsWith('}}', at)) return at + 2;
      else if (text.startsWith('{{', at)) return this.unclosed(at - from);
    }
    return this.unclosed(text.length - from);
  }

  private unclosed(length: number): number {
    this.followed += length;
    return -1;
  }
}

/** Blanks between the braces and the expression, at most. */
const MAX_BLANKS = 1_000;

/** The next place of a mark in a text, from places that only grow. */
class Ahead {
  private known = -2;

  constructor(
    private readonly text: string,
    private readonly mark: string,
  ) {}

  from(start: number): number {
    if (this.known !== -1 && this.known < start) this.known = this.text.indexOf(this.mark, start);
    return this.known;
  }
}
