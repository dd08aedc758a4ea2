/** A page whose thing could not be read: a page still, with its head, and why. */
import { Stack } from '@mantine/core';
import { Failure } from '../failure';
import { PageHead } from './page-head';

export function NotShown({ title, ...failure }: { title: string; error: unknown; retry?: () => void }) {
  return (
    <Stack gap="md">
      <PageHead title={title} />
      <Failure {...failure} />
    </Stack>
  );
}
