/** Links of the provider's look. */
import { t } from 'i18next';
import { brand } from './brand';

/** What the provider wants to be found: documentation, support, prices, terms, privacy. */
export function brandLinks(): { label: string; href: string }[] {
  const { documentation, support, pricing, terms, privacy } = brand.links;
  return [
    { label: t('Documentation'), href: documentation },
    { label: t('Support'), href: support },
    { label: t('Prices'), href: pricing },
    { label: t('Terms'), href: terms },
    { label: t('Privacy'), href: privacy },
  ].filter((link): link is { label: string; href: string } => link.href !== undefined && link.href !== '');
}
