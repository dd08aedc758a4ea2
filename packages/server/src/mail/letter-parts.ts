/** What texts of mails are made of. Pure. */

/** What the texts need beside the payload. */
export interface LetterContext {
  recipient: string;
  providerName: string;
  /** Address of the customers' portal, without a slash at its end. Undefined: the texts tell commands. */
  portalUrl: string | undefined;
}

/** Subject and lines of a mail. */
export interface Draft {
  subject: string;
  lines: string[];
}

/** What somebody has written, each line marked as theirs. */
export function quotedLines(intro: string, words: string | undefined): string[] {
  if (words === undefined) return [];
  return ['', `${intro}:`, '', ...words.split('\n').map((line) => `> ${line}`), ''];
}

/** Where a customer looks at an instance. */
export function instancePlace({ portalUrl }: Pick<LetterContext, 'portalUrl'>, instanceId: string): string {
  return portalUrl === undefined ? `cellplane instance describe ${instanceId}` : `${portalUrl}/instances/${encodeURIComponent(instanceId)}`;
}

/** The end of a mail that its reader can switch off. */
export function choiceLines({ portalUrl }: Pick<LetterContext, 'portalUrl'>): string[] {
  return [
    '',
    'You get this mail as a member of the subscription. Choose what you are mailed, after signing in:',
    portalUrl === undefined ? 'cellplane notification preference list' : `${portalUrl}/account/notifications`,
  ];
}
