/** What a theme may say. Pure. */
import { leastContrast, readable, readColour, TEXT_CONTRAST } from '@cellplane/api/colour';
import { badRequest } from '../../errors.js';

/** Characters. */
const LONGEST_NAME = 60;
const LONGEST_LINK = 500;
const LINKS = ['documentation', 'support', 'pricing', 'terms', 'privacy'] as const;

export type Links = Partial<Record<(typeof LINKS)[number], string>>;

/** One line. @throws DomainError bad_request */
export function readName(text: string): string {
  const name = text.trim().replaceAll(/\s+/g, ' ');
  if (name.length <= LONGEST_NAME) return name;
  throw refused('name', 'too-long', `has ${name.length} characters, at most ${LONGEST_NAME} are shown`);
}

/** A colour that links and buttons can be read in, on the light background; for the dark one it is made lighter. @throws DomainError bad_request */
export function readAccent(text: string): string {
  if (text.trim() === '') return '';
  const colour = readColour(text.trim());
  if (colour === undefined) throw refused('accent', 'invalid-colour', 'must be a colour such as #0753da');
  const found = leastContrast(colour, 'light');
  if (found >= TEXT_CONTRAST) return colour;
  throw refused(
    'accent',
    'accent-not-readable',
    `${colour} has a contrast of ${found.toFixed(1)} with the page, and text needs ${TEXT_CONTRAST}: ${readable(colour, 'light')} is the nearest of the same hue that can be read`,
  );
}

/** Addresses that a browser opens; nothing that would run as a script. @throws DomainError bad_request */
export function readLinks(given: Links): Links {
  return Object.fromEntries(
    LINKS.flatMap((name) => {
      const text = given[name];
      if (text === undefined || text === null) return [];
      const link = text.trim();
      const isLink = link === '' || (/^(?:https?:\/\/|mailto:)\S+$/i.test(link) && URL.canParse(link) && link.length <= LONGEST_LINK);
      if (!isLink) throw refused(`links.${name}`, 'invalid-address', 'must be an address that begins with https:// or mailto:');
      return [[name, link]];
    }),
  );
}

function refused(field: string, code: string, message: string) {
  return badRequest(code, `Invalid request: ${field} ${message}.`, [{ field, code, message }]);
}
