/**
 * The focus is never lost: where what had it goes (a row that was deleted, a menu's entry that opened a dialog), it moves to what stands
 * there now, so that the keyboard goes on from the same place.
 */
import { useEffect } from 'react';

/** Dialogs and menus give the focus back by themselves, where what had it before is still there. Milliseconds. */
const PATIENCE_MS = 60;
const FOCUSABLE = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]';
/** What comes and goes over the page. */
const FLOATING = '[role="dialog"], [role="menu"], [role="listbox"]';

/** An element of the page, and where it stood: its ancestors, each with the place of the child that leads to it. */
interface Stand {
  element: HTMLElement;
  above: { parent: Element; index: number }[];
}

export function useKeptFocus(): void {
  useEffect(() => {
    let last: Stand | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && target.closest(FLOATING) === null) last = standOf(target);
    };
    // Whoever points at nothing wants the focus nowhere.
    const forget = () => {
      last = undefined;
    };
    const keep = () => {
      timer = undefined;
      if (last === undefined || document.activeElement !== document.body || document.querySelector('[role="dialog"]') !== null) return;
      const heir = heirOf(last);
      if (heir === null) return;
      if (heir.tagName === 'H1') heir.tabIndex = -1;
      heir.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(() => {
      if (last !== undefined && timer === undefined && document.activeElement === document.body) timer = setTimeout(keep, PATIENCE_MS);
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', remember);
    document.addEventListener('pointerdown', forget, true);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
      document.removeEventListener('focusin', remember);
      document.removeEventListener('pointerdown', forget, true);
    };
  }, []);
}

function standOf(element: HTMLElement): Stand {
  const above: Stand['above'] = [];
  for (let child: Element = element; child.parentElement !== null && !isEdge(child); child = child.parentElement)
    above.push({ parent: child.parentElement, index: [...child.parentElement.children].indexOf(child) });
  return { element, above };
}

/** Beyond the page's own part nothing is near. */
const isEdge = (element: Element) => element.tagName === 'MAIN' || element.tagName === 'BODY';

/** The element itself; else what has taken its place, or stands beside it; else the heading of the page. */
function heirOf({ element, above }: Stand): HTMLElement | null {
  if (takesFocus(element)) return element;
  for (const { parent, index } of above) {
    if (!parent.isConnected || isEdge(parent)) continue;
    const successor = parent.children[Math.min(index, parent.children.length - 1)];
    const found = firstIn(successor) ?? firstIn(parent);
    if (found !== undefined) return found;
  }
  return document.querySelector<HTMLElement>('main h1');
}

function firstIn(place: Element | undefined): HTMLElement | undefined {
  if (place === undefined) return undefined;
  return [place, ...place.querySelectorAll(FOCUSABLE)].find(
    (one): one is HTMLElement => one instanceof HTMLElement && one.matches(FOCUSABLE) && takesFocus(one),
  );
}

const takesFocus = (element: HTMLElement) => element.isConnected && element.getClientRects().length > 0 && !element.matches(':disabled');
