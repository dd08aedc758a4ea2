/** What an error is shown as: what the API said, what to do, and what an operator needs to find it. */
import { Alert, Button, Group, Text } from '@mantine/core';
import { ConnectionError, ResponseError } from '@cellplane/api/client';
import { t } from 'i18next';

/** The sentence of an error. */
export function wordsOf(error: unknown): string {
  if (error instanceof ResponseError || error instanceof ConnectionError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Field → what is wrong with it, of an answer that names fields. */
export function fieldFaults(error: unknown): Record<string, string> {
  if (!(error instanceof ResponseError)) return {};
  return Object.fromEntries((error.body.details ?? []).map(({ field, message }) => [field, message]));
}

const NOT_FOUND = 404;

/** The server answered that there is no such thing, or none for this person. */
export function isNotFound(error: unknown): error is ResponseError {
  return error instanceof ResponseError && error.status === NOT_FOUND;
}

/** Some answers begin small, as their readers in programs expect it. */
function asSentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function Failure({ title, error, retry }: { title?: string; error: unknown; retry?: () => void }) {
  const id = error instanceof ResponseError ? error.body.id : undefined;
  return (
    <Alert color="red" variant="light" {...(title === undefined ? {} : { title })} role="alert">
      <Text size="md">{asSentence(wordsOf(error))}</Text>
      {(id !== undefined || retry !== undefined) && (
        <Group mt="xs" gap="md">
          {retry !== undefined && (
            <Button size="xs" variant="default" onClick={retry}>
              {t('Try again')}
            </Button>
          )}
          {id !== undefined && (
            <Text size="xs" c="dimmed">
              {t('Correlation id')} <span className="mono">{id}</span>
            </Text>
          )}
        </Group>
      )}
    </Alert>
  );
}
