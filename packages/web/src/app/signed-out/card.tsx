/** The frame of a page for somebody who is not signed in: whose installation it is, one thing to do, and the provider's policies below. */
import { Center, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { brand } from '../brand';
import { Logo } from '../logo';
import { installation } from './installation';
import { Policies } from './policies';

interface Props {
  title: string;
  /** One sentence under the title. */
  about?: ReactNode;
  children: ReactNode;
  /** Links to the other things that somebody may want here. */
  foot?: ReactNode;
}

export function Card({ title, about, children, foot }: Props) {
  const provider = useQuery(installation);
  // What the portal is called; without a name of its own, whose it is.
  const name = brand.isNamed ? brand.name : provider.data?.providerName;
  useEffect(() => {
    document.title = name === undefined ? title : `${title} · ${name}`;
  }, [title, name]);
  return (
    <Center mih="100vh" p="md">
      <Stack w="100%" maw={400} gap="md">
        <Group gap="sm" wrap="nowrap" mih={24} component="header">
          <Logo />
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name ?? ''}
          </Text>
        </Group>
        <Paper component="main" withBorder p="lg">
          <Stack gap="md">
            <div>
              <Title order={1} size="h2">
                {title}
              </Title>
              {about !== undefined && (
                <Text size="sm" c="dimmed" mt={4} component="div" style={{ overflowWrap: 'anywhere' }}>
                  {about}
                </Text>
              )}
            </div>
            {children}
          </Stack>
        </Paper>
        {foot !== undefined && (
          <Group gap="md" justify="center">
            {foot}
          </Group>
        )}
        <Policies />
      </Stack>
    </Center>
  );
}
