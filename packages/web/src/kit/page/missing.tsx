/** A page whose thing is not there, or not for this person: what that means, and the ways on. No failure: nothing is to be tried again. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import type { ComponentProps, ReactNode } from 'react';
import { PageHead } from './page-head';

interface Props {
  title: string;
  /** The pages above it: each is a way on. */
  above: NonNullable<ComponentProps<typeof PageHead>['above']>;
  /** What was looked for, as the address has it. */
  id?: string;
  /** Why it may not be there, in sentences. */
  why: string;
  /** More ways on: buttons. */
  children?: ReactNode;
}

export function Missing({ title, above, id, why, children }: Props) {
  return (
    <Stack gap="md">
      <PageHead title={title} above={above} {...(id === undefined ? {} : { facts: <span className="mono">{id}</span> })} />
      <Text maw="72ch">{why}</Text>
      <Group gap="xs">
        {above.map(({ label, link }, index) => (
          <Button key={label} variant={index === 0 ? 'filled' : 'default'} renderRoot={(props) => <Link {...link} {...props} />}>
            {t('Go to {{page}}', { page: label })}
          </Button>
        ))}
        {children}
      </Group>
    </Stack>
  );
}
