/**
 * What somebody types after ⌘K while the palette is on its way: kept, and given to its field once that has the focus. Without this the first
 * letters would be lost, or taken for keys of the page.
 */

/** Whoever has typed for so long without a field types for something else. Milliseconds. */
const PATIENCE_MS = 10_000;

let kept = '';
let stop: (() => void) | undefined;

/** Keeps what is typed from now on. */
export function keepEarlyKeys(): void {
  stop?.();
  kept = '';
  const listen = (event: KeyboardEvent) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    // The palette was open already, or something else has opened.
    if (event.target instanceof Element && event.target.matches('[role="dialog"] input')) return end();
    if (event.key === 'Escape' || event.key === 'Tab') return end();
    if (event.key === 'Backspace') kept = kept.slice(0, -1);
    else if (event.key.length === 1) kept += event.key;
    // Enter too: what has the focus behind the palette is not meant.
    else if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const end = () => {
    clearTimeout(timer);
    window.removeEventListener('keydown', listen, true);
    window.removeEventListener('pointerdown', end, true);
    stop = undefined;
  };
  const timer = setTimeout(end, PATIENCE_MS);
  window.addEventListener('keydown', listen, true);
  window.addEventListener('pointerdown', end, true);
  stop = end;
}

/** What was typed until now; from here on the field has the keys. */
export function takeEarlyKeys(): string {
  stop?.();
  const taken = kept;
  kept = '';
  return taken;
}
