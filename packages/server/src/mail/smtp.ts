/** Mails through an SMTP server. */
import { createTransport } from 'nodemailer';

export interface OutgoingMail {
  /** The same for each try, so that whoever gets two can tell. */
  messageId: string;
  to: string;
  subject: string;
  text: string;
}

export interface Smtp {
  /** Resolves when the server has taken the mail. @throws Error with `responseCode` where the server refused it */
  send(mail: OutgoingMail): Promise<void>;
  close(): void;
}

/** Each part of a conversation. Milliseconds. */
const PATIENCE_MS = 20_000;

/** A few connections to one server, kept open between mails. `url`: smtp:// or smtps://, with user and password if the server wants them. */
export function openSmtp({ url, from }: { url: string; from: string }): Smtp {
  const patience = { connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS };
  // Nothing of a mail is fetched from files or addresses.
  const transport = createTransport(
    { url, pool: true, maxConnections: 2, ...patience, disableFileAccess: true, disableUrlAccess: true },
    { from },
  );
  return {
    async send({ messageId, to, subject, text }) {
      // As an object: a text would be read as a list of addresses.
      await transport.sendMail({ messageId, to: { name: '', address: to }, subject, text });
    },
    close: () => transport.close(),
  };
}
