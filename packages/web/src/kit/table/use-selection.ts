/** Which rows are selected. Rows that are no longer listed are not selected any more. */
import { useCallback, useMemo, useRef, useState } from 'react';

export interface Selection<Row> {
  rows: Row[];
  has: (row: Row) => boolean;
  /** With `isRange`, all from the row that was clicked last. */
  toggle: (index: number, isRange: boolean) => void;
  all: () => void;
  clear: () => void;
  isAll: boolean;
}

export function useSelection<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Selection<Row> {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const last = useRef(0);
  // The same function all the time, so that rows which are not touched are not drawn anew.
  const listed = useRef({ rows, keyOf });
  listed.current = { rows, keyOf };
  const toggle = useCallback((index: number, isRange: boolean) => {
    const present = listed.current;
    const row = present.rows[index];
    if (row === undefined) return;
    const [from, to] = isRange ? [Math.min(last.current, index), Math.max(last.current, index)] : [index, index];
    last.current = index;
    setKeys((before) => {
      const next = new Set(before);
      const isOn = !before.has(present.keyOf(row));
      for (const one of present.rows.slice(from, to + 1)) next[isOn ? 'add' : 'delete'](present.keyOf(one));
      return next;
    });
  }, []);
  const selected = useMemo(() => rows.filter((row) => keys.has(keyOf(row))), [rows, keys, keyOf]);
  return {
    rows: selected,
    has: (row) => keys.has(keyOf(row)),
    isAll: rows.length > 0 && selected.length === rows.length,
    all: () => setKeys(new Set(rows.map(keyOf))),
    clear: () => setKeys(new Set()),
    toggle,
  };
}
