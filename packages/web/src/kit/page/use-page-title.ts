/** The name of the page in the browser's tab: the page first, then whose product it is. */
import { useEffect } from 'react';
import { brand } from '../../app/brand';

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${brand.name}`;
  }, [title]);
}
