/** Bytes as text, unchanged: what is not UTF-8 is refused, since it would come out as other bytes. */
import { CommandFailure } from './failure.js';

/** @throws CommandFailure */
export function textOfBytes(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CommandFailure(
      'bad_request',
      `${what} is not UTF-8 text; encode it, for example with base64, and decode it where it is used.`,
    );
  }
}
