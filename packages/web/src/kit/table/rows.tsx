/** Rows of a table, beside each other in columns. A table that is wider than its place scrolls by itself, the page does not. */
import { Checkbox, Table, UnstyledButton } from '@mantine/core';
import { t } from 'i18next';
import { memo, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Column } from './column';
import { useRowsInView } from './rows-in-view';
import classes from './table.module.css';
import { type Sorting, sortingOf, nextSort } from './table-state';
import { useRowKeys } from './use-row-keys';
import type { Selection } from './use-selection';
import type { TableState } from './use-table-state';

export interface RowsProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  state: TableState;
  isDense: boolean;
  selection: Selection<Row> | undefined;
  canSortBy: (column: Column<Row>) => boolean;
  /** Told whether the last rows are in view. */
  onEnd: (() => void) | undefined;
}

const DENSE_PX = 36;
const ROOMY_PX = 44;

export function Rows<Row>({ label, columns, rows, keyOf, state, isDense, selection, canSortBy, onEnd }: RowsProps<Row>) {
  const { top, inView } = useRowsInView(rows, isDense ? DENSE_PX : ROOMY_PX);
  const { body, current } = useRowKeys({ count: rows.length, show: inView.show, toggle: selection?.toggle });
  const fits = useFits(top);
  const last = inView.shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 1) onEnd?.();
  }, [last, rows.length, onEnd]);
  const sorting = sortingOf(state.search);
  const width = columns.length + (selection === undefined ? 0 : 1);
  return (
    <div ref={top} className={fits ? classes.fits : classes.scroll} {...(fits ? {} : { tabIndex: 0, role: 'region', 'aria-label': label })}>
      <Table
        highlightOnHover
        verticalSpacing={isDense ? 4 : 8}
        aria-label={label}
        aria-rowcount={rows.length + 1}
        className={classes.table}
        {...(isDense ? { 'data-dense': true } : {})}
        miw={640}
        layout={inView.isVirtual ? 'fixed' : 'auto'}
      >
        <Table.Thead className={classes.head}>
          <Table.Tr>
            {selection !== undefined && (
              <Table.Th className={classes.check}>
                <Checkbox
                  size="xs"
                  aria-label={t('Select all that are listed')}
                  checked={selection.isAll}
                  indeterminate={selection.rows.length > 0 && !selection.isAll}
                  onChange={() => (selection.isAll ? selection.clear() : selection.all())}
                />
              </Table.Th>
            )}
            {columns.map((column) => (
              <Head
                key={column.key}
                column={column}
                canSort={canSortBy(column)}
                sorting={sorting?.key === column.key ? sorting : undefined}
                onSort={() => state.change({ sort: nextSort(state.search, column.key) })}
              />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody {...body}>
          {inView.before > 0 && <Spacer height={inView.before} columns={width} />}
          {inView.shown.map(({ row, index }) => (
            <Row
              key={keyOf(row)}
              row={row}
              name={keyOf(row)}
              index={index}
              columns={columns}
              isCurrent={index === current}
              isSelected={selection?.has(row)}
              toggle={selection?.toggle}
              measure={inView.measure}
            />
          ))}
          {inView.after > 0 && <Spacer height={inView.after} columns={width} />}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface RowProps<Row> {
  row: Row;
  name: string;
  index: number;
  columns: readonly Column<Row>[];
  isCurrent: boolean;
  /** @default rows are not selected */
  isSelected: boolean | undefined;
  toggle: Selection<Row>['toggle'] | undefined;
  measure: (element: Element | null) => void;
}

function OneRow<Row>({ row, name, index, columns, isCurrent, isSelected, toggle, measure }: RowProps<Row>) {
  return (
    <Table.Tr
      ref={measure}
      className={classes.row}
      data-row={index}
      data-index={index}
      aria-rowindex={index + 2}
      tabIndex={isCurrent ? 0 : -1}
      {...(isSelected === true ? { 'data-selected': true } : {})}
    >
      {toggle !== undefined && (
        <Table.Td className={classes.check}>
          <SelectRow isSelected={isSelected === true} toggle={toggle} index={index} name={name} />
        </Table.Td>
      )}
      <Cells row={row} columns={columns} />
    </Table.Tr>
  );
}

function AllCells<Row>({ row, columns }: Pick<RowProps<Row>, 'row' | 'columns'>): ReactNode {
  return columns.map(({ key, cell, align }) => (
    <Table.Td key={key} ta={align === 'right' ? 'end' : undefined} style={{ overflowWrap: 'break-word' }}>
      {cell(row)}
    </Table.Td>
  ));
}

/** Apart from what says that a row is selected or current, which does not change what stands in it. */
const Cells = memo(AllCells) as typeof AllCells;

/** Drawn anew only if something of it is another one: of many rows, a click touches few. */
const Row = memo(OneRow) as typeof OneRow;

/** Marks a row; with the shift key, all from the one that was marked last. */
export function SelectRow({
  isSelected,
  toggle,
  index,
  name,
}: {
  isSelected: boolean;
  toggle: (index: number, isRange: boolean) => void;
  index: number;
  name: string;
}) {
  return (
    <Checkbox
      size="xs"
      aria-label={t('Select {{name}}', { name })}
      checked={isSelected}
      onChange={(event) => toggle(index, (event.nativeEvent as MouseEvent).shiftKey === true)}
    />
  );
}

function Head<Row>({
  column: { name, align, width },
  canSort,
  sorting,
  onSort,
}: {
  column: Column<Row>;
  canSort: boolean;
  sorting: Sorting | undefined;
  onSort: () => void;
}) {
  const direction = sorting === undefined ? 'none' : sorting.isDescending ? 'descending' : 'ascending';
  return (
    <Table.Th scope="col" ta={align === 'right' ? 'end' : undefined} w={width} aria-sort={canSort ? direction : undefined}>
      {canSort ? (
        <UnstyledButton className={classes.sort} onClick={onSort} {...(sorting === undefined ? {} : { 'data-sorted': true })}>
          {name}
          <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true" style={{ opacity: sorting === undefined ? 0.35 : 1 }}>
            {direction !== 'descending' && <path d="M4 0 7 3.4H1z" fill="currentColor" />}
            {direction !== 'ascending' && <path d="M4 8 1 4.6h6z" fill="currentColor" />}
          </svg>
        </UnstyledButton>
      ) : (
        name
      )}
    </Table.Th>
  );
}

/** Takes the place of rows that are not drawn. */
function Spacer({ height, columns }: { height: number; columns: number }) {
  return (
    <tr className={classes.spacer} aria-hidden="true">
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}

/** Whether the table is no wider than its place, so that its head can stay in view while the page scrolls. */
function useFits(place: React.RefObject<HTMLDivElement | null>): boolean {
  const [fits, setFits] = useState(false);
  const frame = useRef(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const look = () => {
      cancelAnimationFrame(frame.current);
      frame.current = requestAnimationFrame(() => setFits((element.firstElementChild?.scrollWidth ?? 0) <= element.clientWidth));
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame.current);
    };
  }, [place]);
  return fits;
}
