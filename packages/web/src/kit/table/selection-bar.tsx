/** What can be done to all selected rows, and why something cannot be done to some of them. */
import { Button, Group, Paper, Text, Tooltip } from '@mantine/core';
import { t } from 'i18next';
import type { BulkAction, MoreRows } from './column';
import classes from './table.module.css';
import type { Selection } from './use-selection';

interface Props<Row> {
  selection: Selection<Row>;
  actions: readonly BulkAction<Row>[];
  /** Rows that are still at the server. @default all are here */
  more?: MoreRows | undefined;
}

export function SelectionBar<Row>({ selection, actions, more }: Props<Row>) {
  const { rows } = selection;
  const count = rows.length;
  if (count === 0) return null;
  const looked = actions.map((action) => ({ action, ...parted(rows, action) }));
  return (
    <Paper className={classes.bar} withBorder p="xs" px="sm" role="toolbar" aria-label={t('What can be done to the selected')}>
      <Group gap="sm" justify="space-between">
        <Group gap="xs">
          <Text size="sm" fw={600} aria-live="polite">
            {t('{{count}} selected', { count })}
          </Text>
          {selection.isAll && more?.hasMore === true && (
            <Button size="xs" variant="subtle" loading={more.isLoading} onClick={more.load}>
              {t('All that are loaded; load more')}
            </Button>
          )}
          {looked.map(({ action, able, reasons }) => (
            <Tooltip
              key={action.key}
              label={reasons.join(' ')}
              disabled={reasons.length === 0}
              multiline
              maw={360}
              events={{ hover: true, focus: true, touch: true }}
            >
              <Button
                size="xs"
                variant="default"
                c={action.isDangerous === true && able.length > 0 ? 'red' : undefined}
                // Not `disabled`: whoever comes by keyboard learns why.
                data-disabled={able.length === 0 || undefined}
                aria-disabled={able.length === 0}
                aria-description={reasons.join(' ')}
                onClick={() => able.length > 0 && action.run(able)}
              >
                {able.length === count || able.length === 0
                  ? action.label
                  : t('{{action}} {{able}} of {{count}}', { action: action.label, able: able.length, count })}
              </Button>
            </Tooltip>
          ))}
        </Group>
        <Button size="xs" variant="subtle" color="gray" onClick={selection.clear}>
          {t('Clear the selection')}
        </Button>
      </Group>
      {looked.some(({ reasons }) => reasons.length > 0) && (
        <Text size="xs" c="dimmed" mt={4}>
          {looked
            .filter(({ reasons }) => reasons.length > 0)
            .map(({ action, reasons }) => `${action.label}: ${reasons.join(' ')}`)
            .join(' · ')}
        </Text>
      )}
    </Paper>
  );
}

/** The rows to which it can be done, and in sentences why not to the others. */
function parted<Row>(rows: readonly Row[], { refusal }: BulkAction<Row>): { able: Row[]; reasons: string[] } {
  const able: Row[] = [];
  const counts = new Map<string, number>();
  for (const row of rows) {
    const reason = refusal?.(row);
    if (reason === undefined) able.push(row);
    else counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return {
    able,
    reasons: [...counts].map(([reason, count]) => (count === rows.length ? reason : t('Not for {{count}}: {{reason}}', { count, reason }))),
  };
}
