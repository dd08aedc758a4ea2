/** A page whose thing could not be read: a page still, with its head, and why. */
import { Stack } from '@mantine/core';
import { t } from 'i18next';
import type { ComponentProps } from 'react';
import { Failure, isNotFound } from '../failure';
import { Missing } from './missing';
import { PageHead } from './page-head';

interface Props {
  title: string;
  /** The pages above it. */
  above: NonNullable<ComponentProps<typeof PageHead>['above']>;
  error: unknown;
  retry?: () => void;
}

export function NotShown({ title, above, ...failure }: Props) {
  const { error } = failure;
  if (isNotFound(error))
    return <Missing title={t('Not found')} above={above} why={`${error.message} ${t('It was deleted, or it belongs to others.')}`} />;
  return (
    <Stack gap="md">
      <PageHead title={title} above={above} />
      <Failure {...failure} />
    </Stack>
  );
}
