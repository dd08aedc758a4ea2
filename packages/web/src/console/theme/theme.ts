/** What is being changed of the portal's look, checked as the server checks it. */
import { leastContrast, readable, readColour, TEXT_CONTRAST } from '@cellplane/api/colour';
import { t } from 'i18next';

/** Bytes that the server takes of a picture. */
const MOST_BYTES = 64 * 1024;

interface AccentFault {
  message: string;
  /** The nearest colour that can be read. */
  cure?: string;
}

/** Why a colour cannot be the accent. */
export function accentFault(text: string): AccentFault | undefined {
  if (text.trim() === '') return undefined;
  const colour = readColour(text.trim());
  if (colour === undefined) return { message: t('Write a colour such as #0753da.') };
  const found = leastContrast(colour, 'light');
  if (found >= TEXT_CONTRAST) return undefined;
  return {
    message: t('Text in this colour cannot be read: its contrast with the page is {{found}}, and has to be {{needed}}.', {
      found: found.toFixed(1),
      needed: TEXT_CONTRAST,
    }),
    cure: readable(colour, 'light'),
  };
}

/** A file as the server wants it: base64. @throws Error that tells what it has to be */
export async function readPicture(file: File): Promise<string> {
  if (!['image/png', 'image/webp'].includes(file.type))
    throw new Error(
      file.type === 'image/svg+xml'
        ? t('An SVG can carry scripts, and is not taken: export it as PNG or WebP.')
        : t('Choose a PNG or a WebP.'),
    );
  if (file.size > MOST_BYTES)
    throw new Error(
      t('The picture has {{size}} KiB, at most {{most}} are taken.', { size: Math.ceil(file.size / 1024), most: MOST_BYTES / 1024 }),
    );
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
