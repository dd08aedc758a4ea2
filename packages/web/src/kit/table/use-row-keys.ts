/** The keyboard in a table: arrows or j and k go from row to row, Enter opens one, x or space selects it. */
import { useHotkeys } from '@mantine/hooks';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';

const STEPS: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

/** Where letters are somebody else's: what is typed or chosen, other windows, and rows of a table. */
const OF_OTHERS = 'input,textarea,select,[contenteditable],[role=menu],[role=listbox],[role=dialog],[aria-haspopup=listbox],tr[data-row]';

interface Options {
  count: number;
  /** Draws a row that is out of view. */
  show: (index: number) => void;
  toggle: ((index: number, isRange: boolean) => void) | undefined;
}

export function useRowKeys({ count, show, toggle }: Options) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState(0);
  const isMoving = useRef(false);
  const at = Math.min(current, Math.max(0, count - 1));

  function go(index: number): void {
    const to = Math.max(0, Math.min(count - 1, index));
    isMoving.current = true;
    show(to);
    setCurrent(to);
    // A step to the same row changes no state, and so draws nothing.
    if (to === at) focus(to);
  }
  function focus(index: number): boolean {
    const row = body.current?.querySelector<HTMLElement>(`tr[data-row="${index}"]`);
    row?.focus({ preventScroll: false });
    return row !== null && row !== undefined;
  }
  // A row that was out of view is drawn some frames later.
  useEffect(() => {
    if (isMoving.current && focus(at)) isMoving.current = false;
  });

  // From anywhere on the page, unless something is typed; within the table its own listener answers.
  const enter = (step: number) => (event: globalThis.KeyboardEvent) => {
    if (count === 0 || event.defaultPrevented || document.activeElement?.closest(OF_OTHERS) != null) return;
    go(body.current?.dataset['entered'] === undefined ? 0 : at + step);
  };
  useHotkeys([
    ['j', enter(1), { preventDefault: false }],
    ['k', enter(-1), { preventDefault: false }],
  ]);

  function onKeyDown(event: KeyboardEvent<HTMLTableSectionElement>): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>('tr[data-row]');
    if (row === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const index = Number(row.dataset['row']);
    const step = STEPS[event.key];
    const isOnRow = event.target === row;
    const isOnControl = (event.target as HTMLElement).closest('input,textarea,select,[role=menu],[role=listbox]') !== null;
    if (step !== undefined && !isOnControl) {
      event.preventDefault();
      go(index + step);
    } else if (isOnRow && event.key === 'Enter') {
      row.querySelector<HTMLElement>('a[href]')?.click();
    } else if (isOnRow && toggle !== undefined && (event.key === 'x' || event.key === ' ')) {
      event.preventDefault();
      toggle(index, event.shiftKey);
    }
  }
  const onFocus = ({ target }: { target: EventTarget }) => {
    const row = (target as HTMLElement).closest<HTMLElement>('tr[data-row]');
    if (row !== null && !isMoving.current) setCurrent(Number(row.dataset['row']));
    if (body.current !== null) body.current.dataset['entered'] = '';
  };
  return { body: { ref: body, onKeyDown, onFocus }, current: at };
}
