/** Rows of a table as cards, one below the other, for a phone. */
import { Card, Stack } from '@mantine/core';
import { Fragment, type ReactNode, useEffect } from 'react';
import { type RowsProps, SelectRow } from './rows';
import { useRowsInView } from './rows-in-view';
import classes from './table.module.css';

const CARD_PX = 150;
const GAP_PX = 12;
/** The column of what can be done stands in the card's head. */
const DEEDS = 'actions';

export function Cards<Row>({ label, columns, rows, keyOf, selection, onEnd }: RowsProps<Row>) {
  const { top, inView } = useRowsInView(rows, CARD_PX, GAP_PX);
  const [first, ...others] = columns;
  const deeds = others.find(({ key }) => key === DEEDS);
  const last = inView.shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 1) onEnd?.();
  }, [last, rows.length, onEnd]);
  return (
    <div ref={top}>
      <Stack gap={GAP_PX} role="list" aria-label={label} style={{ paddingBlock: `${inView.before}px ${inView.after}px` }}>
        {inView.shown.map(({ row, index }) => (
          <Card
            key={keyOf(row)}
            ref={inView.measure}
            data-index={index}
            className={classes.card}
            withBorder
            p="sm"
            role="listitem"
            {...(selection?.has(row) === true ? { 'data-selected': true } : {})}
          >
            <div className={classes.cardHead}>
              {selection !== undefined && (
                <SelectRow isSelected={selection.has(row)} toggle={selection.toggle} index={index} name={keyOf(row)} />
              )}
              <div style={{ minWidth: 0, flex: 1, overflowWrap: 'anywhere' }}>{first?.cell(row)}</div>
              {deeds?.cell(row)}
            </div>
            <dl className={classes.cardFacts}>
              {others.map(({ key, name, cell }) => (key === DEEDS ? null : <Fact key={key} name={name} value={cell(row)} />))}
            </dl>
          </Card>
        ))}
      </Stack>
    </div>
  );
}

/** What a row says nothing of is left out: nothing stands above or below it. */
function Fact({ name, value }: { name: string; value: ReactNode }) {
  if (value === '' || value === null || value === undefined || value === false) return null;
  return (
    <Fragment>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </Fragment>
  );
}
