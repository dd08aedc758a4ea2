/** The top of a page: where it is, what it is, and what can be done with it. */
import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { usePageTitle } from './use-page-title';

interface Props {
  title: string;
  /** Of the browser's tab; null: somebody else sets it. @default the title */
  tabTitle?: string | null;
  /** The pages above this one, outermost first. */
  above?: readonly { label: string; link: LinkProps }[];
  /** One line of facts under the title. */
  facts?: ReactNode;
  /** Buttons. */
  children?: ReactNode;
}

export function PageHead({ title, tabTitle = title, above = [], facts, children }: Props) {
  usePageTitle(tabTitle);
  return (
    <Group justify="space-between" align="flex-end" gap="sm">
      <Stack gap={4} miw={0} flex="1 1 360px">
        {above.length > 0 && (
          <Text size="sm" component="nav" aria-label={t('Pages above')}>
            {above.map(({ label, link }, index) => (
              <span key={label}>
                {index > 0 && ' / '}
                <Anchor size="sm" renderRoot={(props) => <Link {...link} {...props} />}>
                  {label}
                </Anchor>
              </span>
            ))}
          </Text>
        )}
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {facts !== undefined && (
          <Text size="sm" c="dimmed" component="div">
            {facts}
          </Text>
        )}
      </Stack>
      {children !== undefined && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
