/** What a table is made of. */
import type { ReactNode } from 'react';

export interface Column<Row> {
  /** Unique in the table; stands in addresses and saved views. */
  key: string;
  /** The head of the column. */
  name: string;
  cell: (row: Row) => ReactNode;
  /** What rows are sorted by. @default the table is not sorted by this column */
  sortBy?: (row: Row) => string | number;
  align?: 'right';
  /** Of a long table, whose columns keep their widths while it is scrolled. Pixels. @default an equal share of what is left */
  width?: number;
  /** Shown only once it is chosen. @default false */
  isHidden?: boolean;
}

/** What rows can be narrowed down by. What is chosen stands in the address under the key. */
export interface TableFilter<Row> {
  key: string;
  name: string;
  /** The values of a row. @default the rows come filtered already */
  valuesOf?: (row: Row) => string | readonly string[];
  /** What can be chosen. @default what the rows have */
  options?: readonly FilterOption[];
  /** `choice`: some of the options; `text`: what is typed; `dates`: from a day to a day. @default choice */
  kind?: 'choice' | 'text' | 'dates';
  /** Stands behind "More filters" until it is used. @default false */
  isRare?: boolean;
  /** Words for what is typed, such as "key=value". */
  hint?: string;
}

export interface FilterOption {
  value: string;
  /** @default the value */
  label?: string;
  /** How many rows have it. */
  count?: number;
}

/** Something that can be done to several rows at once. */
export interface BulkAction<Row> {
  key: string;
  /** The verb on the button. */
  label: string;
  /** What is hard to bring back is red. */
  isDangerous?: boolean;
  /** Why it cannot be done to this row; undefined: it can. */
  refusal?: (row: Row) => string | undefined;
  /** Called with the rows to which it can be done. */
  run: (rows: Row[]) => void;
}

/** Rows that come in parts: more are loaded when the last ones are in view. */
export interface MoreRows {
  hasMore: boolean;
  isLoading: boolean;
  load: () => void;
  /** How many are found, here or still at the server. @default those that are here */
  found?: number;
  /** How many there are, found or not. @default as many */
  total?: number;
}
