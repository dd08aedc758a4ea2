/** Of many rows only those in view are drawn; the page scrolls as if all were there. */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';

/** Fewer rows than that are drawn at once. */
const FEW = 60;
const BEYOND_VIEW = 6;

export interface RowsInView<Row> {
  isVirtual: boolean;
  shown: { row: Row; index: number }[];
  /** Height of what is not drawn above and below. Pixels. */
  before: number;
  after: number;
  measure: (element: Element | null) => void;
  /** Brings a row into view, which draws it. */
  show: (index: number) => void;
}

/** `top`: the element that holds the rows. */
export function useRowsInView<Row>(rows: readonly Row[], estimate: number, gap = 0) {
  const top = useRef<HTMLDivElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  const isVirtual = rows.length > FEW;
  useLayoutEffect(() => {
    if (top.current !== null) setScrollMargin(top.current.getBoundingClientRect().top + window.scrollY);
  }, [isVirtual]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    enabled: isVirtual,
    estimateSize: () => estimate,
    overscan: BEYOND_VIEW,
    scrollMargin,
    gap,
  });
  // The same function all the time, so that rows which have not changed are not drawn anew.
  const measure = useCallback((element: Element | null) => void (isVirtual && virtual.measureElement(element)), [isVirtual, virtual]);
  const items = virtual.getVirtualItems();
  const inView: RowsInView<Row> = {
    isVirtual,
    shown: isVirtual
      ? items.flatMap(({ index }) => (index < rows.length ? [{ row: rows[index] as Row, index }] : []))
      : rows.map((row, index) => ({ row, index })),
    before: isVirtual ? Math.max(0, (items[0]?.start ?? scrollMargin) - scrollMargin) : 0,
    after: isVirtual ? Math.max(0, virtual.getTotalSize() - ((items.at(-1)?.end ?? scrollMargin) - scrollMargin)) : 0,
    measure,
    show: (index) => void (isVirtual && virtual.scrollToIndex(index, { align: 'auto' })),
  };
  return { top, inView };
}
