/** What stands behind a mark; where it needs several lines, all of them stand behind it. */
import { Group } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import { Mark } from '../../kit/status';

export function Marked({ tone, children }: { tone: ComponentProps<typeof Mark>['tone']; children: ReactNode }) {
  return (
    <Group gap="sm" wrap="nowrap" align="baseline">
      <Mark tone={tone} />
      <Group gap="sm" align="baseline" style={{ rowGap: 0 }}>
        {children}
      </Group>
    </Group>
  );
}
