/** Which rows are selected. Rows that are no longer listed are not selected any more. */
import { useMemo, useRef, useState } from 'react';

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
  const selected = useMemo(() => rows.filter((row) => keys.has(keyOf(row))), [rows, keys, keyOf]);
  return {
    rows: selected,
    has: (row) => keys.has(keyOf(row)),
    isAll: rows.length > 0 && selected.length === rows.length,
    all: () => setKeys(new Set(rows.map(keyOf))),
    clear: () => setKeys(new Set()),
    toggle: (index, isRange) => {
      const row = rows[index];
      if (row === undefined) return;
      const [from, to] = isRange ? [Math.min(last.current, index), Math.max(last.current, index)] : [index, index];
      const isOn = !keys.has(keyOf(row));
      const next = new Set(keys);
      for (const one of rows.slice(from, to + 1)) next[isOn ? 'add' : 'delete'](keyOf(one));
      last.current = index;
      setKeys(next);
    },
  };
}
