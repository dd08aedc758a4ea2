/** A page whose thing could not be read: a page still, with its head, and why. */
import { Stack } from '@mantine/core';
import type { ComponentProps } from 'react';
import { Failure } from '../failure';
import { PageHead } from './page-head';

interface Props {
  title: string;
  /** The pages above it. */
  above?: ComponentProps<typeof PageHead>['above'];
  error: unknown;
  retry?: () => void;
}

export function NotShown({ title, above = [], ...failure }: Props) {
  return (
    <Stack gap="md">
      <PageHead title={title} above={above} />
      <Failure {...failure} />
    </Stack>
  );
}
