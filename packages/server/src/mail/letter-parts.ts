/** What texts of mails are made of. Pure. */
import type { MailText } from './text/template.js';

/** What the texts need beside the payload. */
export interface LetterContext {
  recipient: string;
  providerName: string;
  /** Address of the customers' portal, without a slash at its end. Undefined: the texts tell commands. */
  portalUrl: string | undefined;
  /** Where readers find help: the theme's link. @default the mails name none */
  support?: string | null | undefined;
  /** The provider's own text of this kind. @default Cellplane's */
  own?: MailText | undefined;
}

/** What somebody has written, each line marked as theirs. */
export function quoted(words: string | undefined): string {
  return words === undefined || words === ''
    ? ''
    : words
        .split('\n')
        .map((line) => `> ${line}`)
        .join('\n');
}

/** Where a customer looks at an instance. */
export function instancePlace({ portalUrl }: Pick<LetterContext, 'portalUrl'>, instanceId: string): string {
  return portalUrl === undefined ? `cellplane instance describe ${instanceId}` : `${portalUrl}/instances/${encodeURIComponent(instanceId)}`;
}

/** The end of a mail that its reader can switch off. */
export function choiceLines({ portalUrl }: Pick<LetterContext, 'portalUrl'>): string {
  return [
    'You get this mail as a member of the subscription. Choose what you are mailed, after signing in:',
    portalUrl === undefined ? 'cellplane notification preference list' : `${portalUrl}/account/notifications`,
  ].join('\n');
}

/** Names are written by strangers: none begins a line of its own, in a header or a text. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
