/** What there is to know of one kind of mail. */
import type { MailAudience } from '../mail-store.js';
import type { LetterPayloads } from '../payloads.js';
import type { MailText } from './template.js';

/** Those that bring their own words. */
export type WrittenLetter = 'Notice' | 'TestMail';
export type TextKind = Exclude<keyof LetterPayloads, WrittenLetter>;

export interface KindOfMail<P> extends MailText {
  /** Who gets it. */
  audience: MailAudience;
  /** When it is sent. */
  when: string;
  /** What a preview tells of. */
  example: P;
  /** The mail is of no use without this placeholder. */
  required?: string;
}
