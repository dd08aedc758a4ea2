/** A place where nothing is yet: what it is for, and the one thing to do. */
import { Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Title order={2} size="h3">
        {title}
      </Title>
      <Text mt="xs" mb={action === undefined ? 0 : 'md'} c="dimmed" maw="72ch">
        {children}
      </Text>
      {action}
    </Paper>
  );
}
