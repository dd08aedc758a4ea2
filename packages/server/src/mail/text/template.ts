/**
 * Texts of mails, in which `{{name}}` stands for a value. A name is replaced by its value, once: nothing is evaluated, and nothing that a value
 * holds is read as a template. Pure.
 */

/** Subject and body of one kind of mail. */
export interface MailText {
  subject: string;
  body: string;
}

export interface TextFault {
  field: keyof MailText;
  code: string;
  message: string;
}

/** What one kind of mail takes. */
export interface TextRules {
  /** Names that the body may have. */
  placeholders: readonly string[];
  /** Those that stand in the body alone: addresses and words of several lines. */
  ofBody: ReadonlySet<string>;
  /** Without this one the mail is of no use. */
  required: string | undefined;
}

/** Characters. */
const LONGEST_SUBJECT = 200;
const LONGEST_BODY = 10_000;
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** One kind of line end, and no space at the ends of lines. */
export function tidyText({ subject, body }: MailText): MailText {
  const lines = body.replaceAll(/\r\n?/g, '\n').split('\n');
  return {
    subject: subject.trim(),
    body: lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trim(),
  };
}

/** All that is wrong with a text, in the order of its fields. */
export function textFaults({ subject, body }: MailText, { placeholders, ofBody, required }: TextRules): TextFault[] {
  const inSubject = placeholders.filter((name) => !ofBody.has(name));
  return [
    ...faultsOf('subject', subject, { names: inSubject, most: LONGEST_SUBJECT, elsewhere: ofBody }),
    ...faultsOf('body', body, { names: placeholders, most: LONGEST_BODY, elsewhere: new Set() }),
    ...(required === undefined || namesIn(body).includes(required)
      ? []
      : [
          {
            field: 'body' as const,
            code: 'placeholder-missing',
            message: `lacks {{${required}}}: without it nobody can do what the mail is about`,
          },
        ]),
  ];
}

/** The text with its values. A paragraph whose placeholders are all empty is left out. */
export function fill({ subject, body }: MailText, values: Readonly<Record<string, string>>): MailText {
  const put = (text: string) => text.replaceAll(PLACEHOLDER, (_, name: string) => values[name.trim()] ?? '');
  const paragraphs = body.split(/\n{2,}/).filter((paragraph) => {
    const names = namesIn(paragraph);
    return names.length === 0 || names.some((name) => (values[name] ?? '') !== '');
  });
  return { subject: put(subject), body: paragraphs.map((paragraph) => put(paragraph).trimEnd()).join('\n\n') };
}

interface FieldRules {
  names: readonly string[];
  most: number;
  /** Names that the other field may have. */
  elsewhere: ReadonlySet<string>;
}

function faultsOf(field: keyof MailText, text: string, { names, most, elsewhere }: FieldRules): TextFault[] {
  const faults: TextFault[] = [];
  const add = (code: string, message: string) => faults.push({ field, code, message });
  if (text === '') add('missing', 'is empty');
  if (text.length > most) add('too-long', `has ${text.length} characters, at most ${most} are taken`);
  if (field === 'subject' && /[\n\r]/.test(text)) add('several-lines', 'is one line');
  if (/(?![\n\r\t])\p{Cc}/u.test(text)) add('invalid-character', 'has a control character');
  for (const name of new Set(namesIn(text))) {
    if (names.includes(name)) continue;
    if (elsewhere.has(name)) add('placeholder-of-body', `cannot have {{${name}}}: it belongs to the body`);
    else add('unknown-placeholder', `has no placeholder "${name.slice(0, 100)}": use one of ${names.join(', ')}`);
  }
  if (/\{\{|\}\}/.test(text.replaceAll(PLACEHOLDER, ''))) add('open-placeholder', 'has "{{" or "}}" alone: a placeholder is {{name}}');
  return faults;
}

function namesIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim());
}
