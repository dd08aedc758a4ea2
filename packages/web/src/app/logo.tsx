/** The provider's logo, or our mark. The name beside it says what it is. */
import { brand } from './brand';

export function Logo({ size = 20 }: { size?: number }) {
  return <img src={brand.logo ?? '/favicon.svg'} alt="" height={size} style={{ maxWidth: size * 4, objectFit: 'contain', flex: 'none' }} />;
}
