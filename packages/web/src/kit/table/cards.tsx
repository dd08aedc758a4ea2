/** Rows of a table as cards, one below the other, for a phone. */
import { Card, Group, Stack, Text } from '@mantine/core';
import { Fragment, useEffect } from 'react';
import { type RowsProps, SelectRow } from './rows';
import { useRowsInView } from './rows-in-view';
import classes from './table.module.css';

const CARD_PX = 150;
const GAP_PX = 12;

export function Cards<Row>({ label, columns, rows, keyOf, selection, onEnd }: RowsProps<Row>) {
  const { top, inView } = useRowsInView(rows, CARD_PX, GAP_PX);
  const [first, ...others] = columns;
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
            <Stack gap={6}>
              <Group gap="sm" wrap="nowrap" align="flex-start">
                {selection !== undefined && (
                  <SelectRow isSelected={selection.has(row)} toggle={selection.toggle} index={index} name={keyOf(row)} />
                )}
                <div style={{ minWidth: 0, flex: 1, overflowWrap: 'anywhere' }}>{first?.cell(row)}</div>
              </Group>
              <dl className={classes.fields}>
                {others.map(({ key, name, cell }) => (
                  <Fragment key={key}>
                    <Text component="dt" size="xs" c="dimmed">
                      {name}
                    </Text>
                    <dd>{cell(row)}</dd>
                  </Fragment>
                ))}
              </dl>
            </Stack>
          </Card>
        ))}
      </Stack>
    </div>
  );
}
