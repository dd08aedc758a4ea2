/** A part of a page that has a name of its own. */
import { Group, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

export function Section({
  title,
  about,
  actions,
  children,
  isBare = false,
}: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Without a border: around a table, or cards. @default false */
  isBare?: boolean;
}) {
  const id = useId();
  return (
    <Paper withBorder={!isBare} p={isBare ? 0 : 'md'} bg={isBare ? 'transparent' : undefined} component="section" aria-labelledby={id}>
      <Group justify="space-between" align="flex-start" mb="xs" gap="sm">
        <div style={{ flex: '1 1 240px', minWidth: 0 }}>
          <Title order={2} size="h3" id={id}>
            {title}
          </Title>
          {about !== undefined && (
            <Text size="sm" c="dimmed" component="div">
              {about}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Paper>
  );
}
