/** The colours of both fronts by what they are for, light and dark from one list. Pure. */
import { readable, type Scheme, textOn } from '@cellplane/api/colour';

/** Roles that text and marks are drawn in; each has a colour for what stands on it, and a soft one to stand on. */
export const SPEAKING = ['accent', 'success', 'warning', 'danger', 'info', 'neutral'] as const;
export type Speaking = (typeof SPEAKING)[number];

/** What is drawn on: the page, what lies on it, what floats over it, what the pointer is over. */
export const GROUNDS = ['background', 'surface', 'raised', 'hover'] as const;

export type Role = (typeof GROUNDS)[number] | Speaking | 'border' | 'control' | 'text' | 'text-muted';

/** The accent of an installation whose provider has chosen none. */
export const ACCENT = '#0753da';

/** `border` divides; `control` is the edge of what can be filled in, which has to be seen. */
const COLOURS: Record<Exclude<Role, 'accent'>, { light: string; dark: string }> = {
  background: { light: '#f6f7f9', dark: '#12151a' },
  surface: { light: '#ffffff', dark: '#191d23' },
  raised: { light: '#ffffff', dark: '#22272f' },
  hover: { light: '#eff1f4', dark: '#262c35' },
  border: { light: '#d8dce2', dark: '#333a45' },
  control: { light: '#868f9c', dark: '#717b89' },
  text: { light: '#16191d', dark: '#e7eaee' },
  'text-muted': { light: '#565f6c', dark: '#a3adba' },
  success: { light: '#176f31', dark: '#56c87a' },
  warning: { light: '#845400', dark: '#e3ad45' },
  danger: { light: '#bd1a2a', dark: '#ff8585' },
  info: { light: '#0a6583', dark: '#66c6e2' },
  neutral: { light: '#4c5561', dark: '#aeb7c3' },
};

export type Colours = Record<Role, string>;

/** So that it can still be read on its own soft colour. */
const ACCENT_CONTRAST = 5.6;

/** All colours of one scheme. The provider's accent is made readable in it. */
export function coloursOf(scheme: Scheme, accent: string = ACCENT): Colours {
  const others = Object.fromEntries(Object.entries(COLOURS).map(([role, pair]) => [role, pair[scheme]])) as Omit<Colours, 'accent'>;
  return { ...others, accent: readable(accent, scheme, ACCENT_CONTRAST) };
}

/** What is written on a colour that fills. */
export const onColour = textOn;
