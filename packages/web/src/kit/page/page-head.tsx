/** The top of a page: where it is, what it is, and what can be done with it. */
import { Anchor, Group, Text, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import classes from './page-head.module.css';
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
    <div className={classes['head']}>
      {above.length > 0 && (
        <Text size="sm" component="nav" aria-label={t('Pages above')} className={classes['above'] ?? ''}>
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
      <Title order={1} size="h2" className={classes['title'] ?? ''}>
        <bdi>{title}</bdi>
      </Title>
      {children !== undefined && (
        <Group gap="xs" className={classes['actions'] ?? ''}>
          {children}
        </Group>
      )}
      {facts !== undefined && (
        <Text size="sm" c="dimmed" component="div" className={classes['facts'] ?? ''}>
          {facts}
        </Text>
      )}
    </div>
  );
}
