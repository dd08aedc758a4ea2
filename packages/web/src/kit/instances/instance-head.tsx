/** The top of an instance's page: what it is and whether it is well. */
import { Alert, Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Copyable } from '../copy';
import { Moment } from '../moment';
import { Status } from '../status';

interface Props {
  id: string;
  status: string;
  reason: string;
  /** Product, plan, version, place. */
  facts: string;
  createdAt: string;
  list: '/instances' | '/console/instances';
  children?: ReactNode;
}

export function InstanceHead({ id, status, reason, facts, createdAt, list, children }: Props) {
  return (
    <>
      <Anchor size="sm" renderRoot={(props) => <Link to={list} {...props} />}>
        Instances
      </Anchor>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4} miw={0}>
          <Title order={1} size="h2">
            <Copyable text={id} label="the id" />
          </Title>
          <Group gap="sm" aria-live="polite">
            <Status of={status} />
            <Text size="sm" c="dimmed">
              {facts} · made <Moment at={createdAt} />
            </Text>
          </Group>
        </Stack>
        {children}
      </Group>
      {reason !== '' && (
        <Alert
          color={status === 'FAILED' ? 'red' : 'yellow'}
          variant="light"
          title={status === 'FAILED' ? 'It has failed' : 'Worth knowing'}
        >
          {reason}
        </Alert>
      )}
    </>
  );
}
