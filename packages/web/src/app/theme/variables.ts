/** The tokens as CSS variables: `--cp-<role>` for our own styles, and those that the component library draws with. Pure. */
import { mixed, type Scheme } from '@cellplane/api/colour';
import { type Colours, coloursOf, onColour, SPEAKING, type Speaking } from './tokens';

/** Names of colours that components are given → what they mean. */
export const MEANINGS: Record<string, Speaking> = {
  accent: 'accent',
  blue: 'info',
  cyan: 'info',
  gray: 'neutral',
  green: 'success',
  orange: 'warning',
  red: 'danger',
  teal: 'success',
  yellow: 'warning',
};

/** Share of the colour in what is drawn softly behind it. */
const SOFT = { light: 0.08, dark: 0.14 };
const SOFT_HOVER = { light: 0.13, dark: 0.2 };
/** Numbered shades that styles of components use where the colour is meant as such. */
const STRONG_SHADES = [5, 6, 7, 8, 9];

export function softOf(colours: Colours, role: Speaking, scheme: Scheme): string {
  return mixed(colours.surface, colours[role], SOFT[scheme]);
}

export function softHoverOf(colours: Colours, role: Speaking, scheme: Scheme): string {
  return mixed(colours.surface, colours[role], SOFT_HOVER[scheme]);
}

export function variablesOf(scheme: Scheme, accent?: string): Record<string, string> {
  const colours = coloursOf(scheme, accent);
  return { ...ownVariables(colours, scheme), ...libraryVariables(colours), ...namedColours(colours, scheme) };
}

function ownVariables(colours: Colours, scheme: Scheme): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(colours).map(([role, colour]) => [`--cp-${role}`, colour])),
    ...Object.fromEntries(
      SPEAKING.flatMap((role) => [
        [`--cp-on-${role}`, onColour(colours[role])],
        [`--cp-soft-${role}`, softOf(colours, role, scheme)],
      ]),
    ),
  };
}

function libraryVariables(colours: Colours): Record<string, string> {
  return {
    '--mantine-color-body': colours.surface,
    '--mantine-color-text': colours.text,
    '--mantine-color-bright': colours.text,
    '--mantine-color-dimmed': colours['text-muted'],
    '--mantine-color-placeholder': colours['text-muted'],
    '--mantine-color-anchor': colours.accent,
    '--mantine-color-error': colours.danger,
    '--mantine-color-success': colours.success,
    '--mantine-color-default': colours.surface,
    '--mantine-color-default-color': colours.text,
    '--mantine-color-default-hover': colours.hover,
    '--mantine-color-default-border': colours.border,
    '--mantine-color-disabled': colours.hover,
    '--mantine-color-disabled-color': colours['text-muted'],
    '--mantine-color-disabled-border': colours.border,
    '--mantine-primary-color-contrast': onColour(colours.accent),
  };
}

function namedColours(colours: Colours, scheme: Scheme): Record<string, string> {
  return Object.fromEntries(
    Object.entries(MEANINGS).flatMap(([name, role]) => {
      const [colour, of] = [colours[role], `--mantine-color-${name}`];
      const soft = softOf(colours, role, scheme);
      const softHover = softHoverOf(colours, role, scheme);
      return [
        [`${of}-text`, colour],
        [`${of}-filled`, colour],
        [`${of}-filled-hover`, mixed(colour, scheme === 'light' ? '#000000' : '#ffffff', 0.14)],
        [`${of}-contrast`, onColour(colour)],
        [`${of}-light`, soft],
        [`${of}-light-hover`, softHover],
        [`${of}-light-color`, colour],
        [`${of}-outline`, colour],
        [`${of}-outline-hover`, soft],
        ...(name === 'gray' ? [] : STRONG_SHADES.map((shade) => [`${of}-${shade}`, colour])),
      ];
    }),
  );
}
