/** What the provider calls the product and how it looks. The server writes it into the page, so that the first paint has it. */
export interface Brand {
  name: string;
  /** `#rrggbb`. @default our own */
  accent?: string;
  /** Address of the logo, of this server. @default our own mark */
  logo?: string;
  links: { documentation?: string; support?: string; pricing?: string; terms?: string; privacy?: string };
}

const OURS: Brand = { name: 'Cellplane', links: {} };

/** What stands in the page: JSON in `<meta name="portal-theme">`; empty, or no theme: our own. */
export function brandOf(content: string | null | undefined): Brand {
  return content === null || content === undefined || content === '' ? OURS : { ...OURS, ...(JSON.parse(content) as Partial<Brand>) };
}

export const brand: Brand =
  typeof document === 'undefined' ? OURS : brandOf(document.querySelector('meta[name="portal-theme"]')?.getAttribute('content'));
