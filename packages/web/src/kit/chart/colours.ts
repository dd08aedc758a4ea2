/** Colours of lines, for light and dark; the names beside a chart carry a mark of them. */
const COLOURS = {
  light: ['#0b57d0', '#b3470b', '#0f766e', '#8b2fa8', '#6b5b00', '#b0174b', '#3f6212', '#475569'],
  dark: ['#8ab4f8', '#fbb27a', '#5eead4', '#d8a4ee', '#e6d26a', '#f8a3bd', '#bde27a', '#cbd5e1'],
};

/** Of a line, by its place among the lines. */
export function colourOf(index: number, scheme: 'light' | 'dark'): string {
  const colours = COLOURS[scheme];
  return colours[index % colours.length] ?? '';
}
