/** The name of the page in the browser's tab: the page first, then whose product it is. Null leaves it. */
import { useEffect } from 'react';
import { brand } from '../../app/brand';

export function usePageTitle(title: string | null): void {
  useEffect(() => {
    if (title !== null) document.title = `${title} · ${brand.name}`;
  }, [title]);
}
