import { describe, expect, it } from 'vitest';
import { parseWhen } from './when.js';

describe('what to write in place of a `when` that cannot be read', () => {
  it.each([
    ['{{workflow.parameters.p}} = x', 'Write == to compare.'],
    ['{{workflow.parameters.p}} == a AND 1 == 1', "Write && instead of 'AND'."],
    ['{{workflow.parameters.p}} == a or 1 == 1', "Write || instead of 'or'."],
    ['not ({{workflow.parameters.p}} == a)', "Write ! instead of 'not'."],
    ['({{workflow.parameters.p}} == a', 'Close each parenthesis that is opened.'],
    ['{{workflow.parameters.p}} == ', "Write what the last operator asks for; the empty text is ''."],
    ["{{workflow.parameters.p}} == 'a", 'Close the quote; a quote inside of a text is escaped with a backslash.'],
    ['workflow.parameters.p == a', 'Write {{workflow.parameters.p}}.'],
    ['{{workflow.parameters.p}} == 20Gi', 'Put the text in quotes: "20Gi".'],
    ['{{workflow.parameters.p}} == 1.2.3', 'Put the text in quotes: "1.2.3".'],
    ['{{workflow.parameters.p}} == a b', 'Put texts that hold anything but letters, digits and _ in quotes.'],
  ])('%s', (text, cure) => {
    expect(parseWhen(text)).toMatchObject({ ok: false, problem: { code: 'when-syntax', cure } });
  });
});
