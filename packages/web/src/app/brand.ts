/** What the provider calls the product and how it looks. The server writes it into the page, so that the first paint has it. */
export interface Brand {
  name: string;
  /** The provider has chosen the name. */
  isNamed: boolean;
  /** `#rrggbb`. @default our own */
  accent?: string;
  /** Address of the logo, of this server. @default our own mark */
  logo?: string;
  links: { documentation?: string; support?: string; pricing?: string; terms?: string; privacy?: string };
}

const OURS: Brand = { name: 'Cellplane', isNamed: false, links: {} };

/** What stands in the page: JSON in `<meta name="portal-theme">`; empty, or no theme: our own. */
export function brandOf(content: string | null | undefined): Brand {
  if (content === null || content === undefined || content === '') return OURS;
  const given = JSON.parse(content) as Partial<Brand>;
  return { ...OURS, ...given, isNamed: given.name !== undefined };
}

export const brand: Brand =
  typeof document === 'undefined' ? OURS : brandOf(document.querySelector('meta[name="portal-theme"]')?.getAttribute('content'));
