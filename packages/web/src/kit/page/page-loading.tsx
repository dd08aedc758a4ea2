/** A page that is not here yet: the shape of its head and of its first part, so that nothing jumps when they come. */
import { Skeleton, Stack } from '@mantine/core';

/** `label`: for who hears it, such as "Loading the run". */
export function PageLoading({ label }: { label: string }) {
  return (
    <Stack gap="md" role="status" aria-label={label}>
      <Stack gap={6}>
        <Skeleton height={16} width={96} />
        <Skeleton height={26} width="min(320px, 70%)" />
        <Skeleton height={16} width="min(480px, 90%)" />
      </Stack>
      <Skeleton height={240} />
      <Skeleton height={160} />
    </Stack>
  );
}
