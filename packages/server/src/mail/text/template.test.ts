import { expect, it } from 'vitest';
import { draftLetter, exampleOf, rulesOf, writeLetter } from '../letter.js';
import { KINDS, MEANINGS, TEXT_KINDS } from './kinds.js';
import { fill, type MailText, textFaults, tidyText } from './template.js';

const rules = { placeholders: ['name', 'link', 'message'], ofBody: new Set(['link', 'message']), required: 'link' };
const codesOf = (text: Partial<MailText>) =>
  textFaults({ subject: 'Hello', body: '{{link}}', ...text }, rules).map(({ field, code }) => `${field} ${code}`);

it('the texts that Cellplane has keep their own rules, and each placeholder is told', () => {
  for (const kind of TEXT_KINDS) {
    expect([kind, textFaults(KINDS[kind], rulesOf(kind))]).toEqual([kind, []]);
    for (const name of rulesOf(kind).placeholders) expect([kind, name, MEANINGS[name]]).toEqual([kind, name, expect.any(String)]);
    for (const portalUrl of ['https://p.example', undefined]) {
      const { subject, text } = writeLetter(exampleOf(kind), { recipient: 'ada@example.com', providerName: 'Acme', portalUrl });
      expect(`${subject}\n${text}`).not.toMatch(/\{\{|\}\}|undefined|\n\n\n/);
    }
  }
});

it.each<[Partial<MailText>, string[]]>([
  [{}, []],
  [{ subject: 'Hello {{ name }}' }, []],
  [{ subject: 'Hello {{who}}' }, ['subject unknown-placeholder']],
  [{ subject: 'See {{link}}' }, ['subject placeholder-of-body']],
  [{ subject: 'a\nBcc: b' }, ['subject several-lines']],
  [{ subject: '' }, ['subject missing']],
  [{ subject: 'x'.repeat(201) }, ['subject too-long']],
  [{ body: 'no way on' }, ['body placeholder-missing']],
  [{ body: '{{link}} {{nmae}} {{toString}}' }, ['body unknown-placeholder', 'body unknown-placeholder']],
  [{ body: '{{link}} {{name' }, ['body open-placeholder']],
  [{ body: '{{link}}\u0007' }, ['body invalid-character']],
])('faults of %o are %o', (text, codes) => {
  expect(codesOf(text)).toEqual(codes);
});

it('an unknown placeholder is refused by its name, with those that there are', () => {
  const [fault] = textFaults({ subject: 'Hi {{who}}', body: '{{link}}' }, rules);
  expect(fault?.message).toBe('has no placeholder "who": use one of name');
});

it('values are put in once, and are no templates; a paragraph of empty values is left out', () => {
  const text = { subject: '{{name}}', body: 'Dear {{name}},\n\nThey write:\n{{message}}\n\n{{link}}' };
  expect(fill(text, { name: '{{link}}', message: '', link: '$& <b>' })).toEqual({ subject: '{{link}}', body: 'Dear {{link}},\n\n$& <b>' });
  expect(tidyText({ subject: ' a ', body: 'x \r\ny\r\n' })).toEqual({ subject: 'a', body: 'x\ny' });
});

it('a text of a version that knew other placeholders is not sent', () => {
  const context = { recipient: 'ada@example.com', providerName: 'Acme', portalUrl: undefined };
  const old = { subject: 'S', body: '{{gone}} {{link}}' };
  expect(draftLetter(exampleOf('ResetPassword'), { ...context, own: old })).toEqual(draftLetter(exampleOf('ResetPassword'), context));
});
