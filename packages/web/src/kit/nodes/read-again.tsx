/** When something was read, and the button that reads it again. */
import { Button, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { t } from 'i18next';
import { Moment } from '../moment';

export function ReadAgain({ query, at }: { query: UseQueryResult; at: string | undefined }) {
  return (
    <>
      {at !== undefined && (
        <Text size="xs" c="dimmed">
          {t('read')} <Moment key={at} at={at} />
        </Text>
      )}
      <Button size="xs" variant="default" loading={query.isFetching && !query.isPending} onClick={() => void query.refetch()}>
        {t('Read again')}
      </Button>
    </>
  );
}
