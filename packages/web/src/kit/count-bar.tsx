/** Counts by status as a small bar, with the same in words beside it. */
import { Box, Group, Text } from '@mantine/core';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import classes from './count-bar.module.css';
import { inWords } from './code-words';
import { Mark, toneOf } from './status';

/** Order of tones from the left: what is well first. */
const TONES = ['good', 'busy', 'rest', 'bad'];

interface Props {
  /** Status → how many. */
  counts: Record<string, number>;
  /** Draws a status as something to press, such as a link to the list of those. @default plain text */
  as?: (status: string, content: ReactNode) => ReactNode;
}

export function CountBar({ counts, as = (_status, content) => content }: Props) {
  const entries = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([one], [other]) => TONES.indexOf(toneOf(one)) - TONES.indexOf(toneOf(other)) || (one < other ? -1 : 1));
  return (
    <Box>
      <div className={classes['bar']} aria-hidden="true">
        {entries.map(([status, count]) => (
          <span key={status} data-tone={toneOf(status)} style={{ flexGrow: count }} title={`${inWords(status)}: ${String(count)}`} />
        ))}
      </div>
      <Group gap="sm" mt={4} style={{ rowGap: 0 }}>
        {entries.map(([status, count]) => (
          <Group key={status} gap={4} wrap="nowrap">
            <Mark tone={toneOf(status)} />
            {as(
              status,
              <Text component="span" size="xs">
                {t('{{count}} {{status}}', { count, status: inWords(status).toLowerCase() })}
              </Text>,
            )}
          </Group>
        ))}
      </Group>
    </Box>
  );
}
