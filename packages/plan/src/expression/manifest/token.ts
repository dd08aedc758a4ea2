/**
 * Opaque stand-ins for values while a manifest is parsed: `Q` + 15 random lower-case letters + number + `z`. They are plain
 * scalars in every YAML context. No `Q` and no `z` stand inside, so that neither the text before nor after can complete
 * or forge one, and a text that happens to hold the marker gets another.
 */
export interface Marker {
  readonly prefix: string;
  readonly pattern: RegExp;
}

/** Length of every marker's prefix. */
export const PREFIX_LENGTH = 16;
const CHARACTERS = 'abcdefghijkmnpqrstuvwxy';
let current = makeMarker();

/** A marker that doesn't occur in the text. The same one as long as possible, so that equal texts stay equal. */
export function markerFor(text: string): Marker {
  while (text.includes(current.prefix)) current = makeMarker();
  return current;
}

export function token(marker: Marker, slot: number): string {
  return `${marker.prefix}${slot}z`;
}

/** A text cut at its tokens: literal pieces and slot numbers, in order, without empty pieces. */
export function splitTokens(marker: Marker, text: string): (string | number)[] {
  if (!text.includes(marker.prefix)) return text === '' ? [] : [text];
  const pieces: (string | number)[] = [];
  for (const [index, piece] of text.split(marker.pattern).entries()) {
    if (index % 2 === 1) pieces.push(Number(piece));
    else if (piece !== '') pieces.push(piece);
  }
  return pieces;
}

/** The marker with this prefix. */
export function markerWith(prefix: string): Marker {
  return { prefix, pattern: new RegExp(`${prefix}(\\d+)z`) };
}

function makeMarker(): Marker {
  const random = crypto.getRandomValues(new Uint8Array(PREFIX_LENGTH - 1));
  return markerWith(`Q${Array.from(random, (byte) => CHARACTERS[byte % CHARACTERS.length]).join('')}`);
}
