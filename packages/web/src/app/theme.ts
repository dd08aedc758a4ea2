/** The look of both fronts: the tokens (theme/tokens.ts) as the component library's theme. */
import { createTheme, type CSSVariablesResolver, defaultVariantColorsResolver, type MantineColorsTuple } from '@mantine/core';
import { t } from 'i18next';
import { MEANINGS, variablesOf } from './theme/variables';

/** Greys that styles of components name by number: light ones from ours, dark ones from ours. */
const GRAY: MantineColorsTuple = [
  '#f6f7f9',
  '#eff1f4',
  '#e4e7ec',
  '#d8dce2',
  '#c3c9d1',
  '#868f9c',
  '#565f6c',
  '#4c5561',
  '#2c323a',
  '#16191d',
];
const DARK: MantineColorsTuple = [
  '#e7eaee',
  '#c6cdd6',
  '#a3adba',
  '#717b89',
  '#333a45',
  '#262c35',
  '#22272f',
  '#191d23',
  '#12151a',
  '#0b0e12',
];
/** Stands where the library wants ten shades; what is drawn are the variables of the accent. */
const ACCENTS: MantineColorsTuple = [
  '#e8f1ff',
  '#cfe0ff',
  '#9dbffb',
  '#689cf8',
  '#3d7ff5',
  '#236df4',
  '#1463f4',
  '#0753da',
  '#004ac4',
  '#003fad',
];

/** Cause and effect, and nothing else, moves. Milliseconds. */
const MOTION_MS = 140;

/** Of dialogs; made while one is drawn, in the language of that moment. */
const dialogProps = () => ({ transitionProps: { duration: MOTION_MS }, closeButtonProps: { 'aria-label': t('Close') } });

const passwordProps = () => ({
  visibilityToggleFocusable: true,
  visibilityToggleButtonProps: { 'aria-label': t('Show or hide the password') },
});

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  colors: { accent: ACCENTS, gray: GRAY, dark: DARK },
  black: '#16191d',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.45', sm: '1.45', md: '1.45', lg: '1.45', xl: '1.3' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '8px', xl: '8px' },
  // Under 640 px a phone, under 1,100 px a menu of icons.
  breakpoints: { xs: '30em', sm: '40em', md: '68.75em', lg: '80em', xl: '100em' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '28px', lineHeight: '1.3' },
      h2: { fontSize: '20px', lineHeight: '1.3' },
      h3: { fontSize: '16px', lineHeight: '1.45' },
      h4: { fontSize: '14px', lineHeight: '1.45' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  /** What stands on a colour that fills is a token, too: one that is right in the light and in the dark. */
  variantColorResolver: (input) => {
    const colours = defaultVariantColorsResolver(input);
    const name = input.color ?? input.theme.primaryColor;
    return input.variant === 'filled' && name in MEANINGS ? { ...colours, color: `var(--mantine-color-${name}-contrast)` } : colours;
  },
  components: {
    Paper: { defaultProps: { radius: 'md' } },
    // A click beside a form loses nothing that was typed. Escape and the cross close it; what holds nothing closes by a click, too.
    Modal: { defaultProps: () => ({ ...dialogProps(), closeOnClickOutside: false }) },
    Notification: { defaultProps: () => ({ closeButtonProps: { 'aria-label': t('Close') } }) },
    Drawer: { defaultProps: dialogProps },
    // Whoever has no mouse scrolls a wide table by the arrow keys.
    TableScrollContainer: { defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } },
    Menu: { defaultProps: { transitionProps: { duration: MOTION_MS }, shadow: 'md' } },
    Popover: { defaultProps: { transitionProps: { duration: MOTION_MS }, shadow: 'md' } },
    // Whoever has no mouse looks at what they typed, too.
    PasswordInput: { defaultProps: passwordProps },
    // What the pointer is told, the keyboard is told, too.
    Tooltip: {
      defaultProps: {
        transitionProps: { duration: MOTION_MS },
        openDelay: 250,
        multiline: true,
        maw: 320,
        events: { hover: true, focus: true, touch: false },
      },
    },
    Loader: { defaultProps: { size: 'sm' } },
    Badge: { defaultProps: { tt: 'none', fw: 600, radius: 'xs' } },
  },
});

/** Puts the tokens, with the accent of the provider if there is one, in place of the library's colours. */
export const tokensAsVariables =
  (accent?: string): CSSVariablesResolver =>
  () => ({ variables: {}, light: variablesOf('light', accent), dark: variablesOf('dark', accent) });
