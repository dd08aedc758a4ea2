/**
 * Colours that people can read. Contrast as WCAG 2.2 defines it. Shared by the server, which checks a provider's accent when it is saved, and
 * the web application, which makes the accent of its dark colours from it. Pure.
 */

/** Contrast that text needs, and that marks and edges need. */
export const TEXT_CONTRAST = 4.5;
export const MARK_CONTRAST = 3;

/** What text of the accent stands on. */
const BACKGROUNDS = { light: ['#ffffff', '#f6f7f9'], dark: ['#12151a', '#191d23', '#22272f'] } as const;
export type Scheme = keyof typeof BACKGROUNDS;

type Rgb = readonly [number, number, number];

/** `#rrggbb`, in small letters; undefined for anything else. */
export function readColour(text: string): string | undefined {
  return /^#[\da-f]{6}$/i.test(text) ? text.toLowerCase() : undefined;
}

function rgbOf(colour: string): Rgb {
  const number = Number.parseInt(colour.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

function luminance(colour: string): number {
  const [red, green, blue] = rgbOf(colour).map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 (the same) to 21 (black on white). */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** A colour with a share of another one in it. */
export function mixed(colour: string, other: string, share: number): string {
  const to = rgbOf(other);
  return `#${rgbOf(colour)
    .map((value, index) => Math.round(value + ((to[index] ?? 0) - value) * share))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** The least contrast that a colour has with what it stands on. */
export function leastContrast(colour: string, scheme: Scheme): number {
  return Math.min(...BACKGROUNDS[scheme].map((background) => contrast(colour, background)));
}

/** The nearest colour of the same hue that can be read: darker in the light colours, lighter in the dark ones. */
export function readable(colour: string, scheme: Scheme, needed = TEXT_CONTRAST): string {
  const towards = scheme === 'light' ? '#000000' : '#ffffff';
  for (let share = 0; share < 1; share += 0.02) {
    const found = mixed(colour, towards, share);
    if (leastContrast(found, scheme) >= needed) return found;
  }
  return towards;
}

/** Black or white: what is read better on the colour. */
export function textOn(colour: string): string {
  return contrast('#ffffff', colour) >= TEXT_CONTRAST ? '#ffffff' : '#0b0e12';
}
