/** What a front says of its pages for the left menu. */
export interface NavigationPage {
  /** A page without parameters. The page is current where the address begins with this. */
  to: string;
  label: string;
}

export interface NavigationGroup {
  /** A heading over the pages. @default none */
  label?: string;
  pages: NavigationPage[];
}
