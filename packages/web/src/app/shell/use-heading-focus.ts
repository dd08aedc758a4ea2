/** After a navigation the focus is on the heading of the new page, so that a screen reader says where one is, and Tab goes on from there. */
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';

export const CONTENT = 'content';

export function useHeadingFocus(): void {
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const previous = useRef(pathname);
  useEffect(() => {
    // The first page has the focus of the browser.
    const isFirst = previous.current === undefined || previous.current === pathname;
    previous.current = pathname;
    if (isFirst) return undefined;
    return focusHeading(document.getElementById(CONTENT));
  }, [pathname]);
}

/** A heading that is drawn later is waited for, until the person goes on by themselves. Answers what ends the wait. */
function focusHeading(main: HTMLElement | null): () => void {
  if (main === null || focused(main)) return () => {};
  const observer = new MutationObserver(() => focused(main) && end());
  const end = () => {
    observer.disconnect();
    for (const kind of ['keydown', 'pointerdown']) document.removeEventListener(kind, end);
  };
  observer.observe(main, { childList: true, subtree: true });
  for (const kind of ['keydown', 'pointerdown']) document.addEventListener(kind, end);
  return end;
}

function focused(main: HTMLElement): boolean {
  const heading = main.querySelector('h1');
  if (heading === null) return false;
  const active = document.activeElement;
  // A page that has put the focus into its form, a dialog that is open, and tabs that are walked by the arrow keys know better.
  if (active instanceof HTMLInputElement || active?.closest('[role="dialog"], [role="tablist"]')) return true;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  return true;
}
