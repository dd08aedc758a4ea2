/** What a reader will see of a text that is being written. What cannot be sent is said in words, and the last good one stays. */
import { Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Failure, wordsOf } from '../../kit/failure';
import { ResponseError } from '@cellplane/api/client';
import type { Draft } from './mail-texts';
import classes from './mail-texts.module.css';

/** Somebody who types is not disturbed. Milliseconds. */
const PAUSE_MS = 300;

export function MailPreview({ kind, draft }: { kind: string; draft: Draft }) {
  const [settled] = useDebouncedValue(draft, PAUSE_MS);
  const preview = useQuery({
    queryKey: ['mail-texts', 'preview', kind, settled.subject, settled.body],
    queryFn: () => client.previewMailText({ params: { kind }, body: settled }),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 0,
  });
  if (preview.isError)
    return preview.error instanceof ResponseError && preview.error.body.details !== undefined ? (
      <Stack gap={4} role="status">
        {preview.error.body.details.map(({ field, message }) => (
          <Text key={`${field} ${message}`} size="sm" c="red">
            {field === 'subject' ? t('The subject {{message}}.', { message }) : t('The text {{message}}.', { message })}
          </Text>
        ))}
      </Stack>
    ) : (
      <Failure title={t('There is no preview')} error={new Error(wordsOf(preview.error))} retry={() => void preview.refetch()} />
    );
  if (preview.data === undefined) return <Skeleton height={240} aria-label={t('Loading the preview')} />;
  return (
    <Stack gap="xs">
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
        {preview.data.subject}
      </Text>
      <pre className={classes['mail']}>{preview.data.text.trimEnd()}</pre>
    </Stack>
  );
}
