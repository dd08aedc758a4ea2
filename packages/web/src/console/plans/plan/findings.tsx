/** What a version does not do: warnings, keys that change nothing, and what is not served here. */
import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { Failure } from '../../../kit/failure';
import { Section } from '../../../kit/page/section';
import { Words } from '../../../kit/words';
import type { findings } from '../services';

export function Findings({ query, version }: { query: ReturnType<typeof findings>; version: string }) {
  const found = useQuery(query);
  if (found.isError) return <Failure title={t('It cannot be shown')} error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton height={160} aria-label={t('Loading')} />;
  const { warnings, notes, unserved } = found.data;
  if (warnings.length + notes.length + unserved.length === 0)
    return <Text c="dimmed">{t('Nothing: version {{version}} does all that its spec says.', { version })}</Text>;
  return (
    <Stack gap="md">
      {unserved.length > 0 && (
        <Section title={t('Not served here')} about={t('Creates that need it are refused by name.')}>
          {unserved.map(({ code, what, message }) => (
            <Text key={code + what} size="sm">
              {message}
            </Text>
          ))}
        </Section>
      )}
      {warnings.length > 0 && (
        <Section title={t('Warnings')}>
          {warnings.map(({ code, path, line, column, message, cure }) => (
            <Text key={`${code} ${path}`} size="sm">
              <span className="mono muted">
                {line}:{column}
              </span>{' '}
              <Words>{`${message} ${cure}`}</Words>
            </Text>
          ))}
        </Section>
      )}
      {notes.length > 0 && (
        <Section title={t('Kept, and changes nothing')} about={t('Keys of the spec that are only stored.')}>
          {notes.map(({ key, places }) => (
            <Text key={key} size="sm">
              <span className="mono">{key}</span>{' '}
              <span className="muted">{t('line {{lines}}', { lines: places.map(({ line }) => line).join(', ') })}</span>
            </Text>
          ))}
        </Section>
      )}
    </Stack>
  );
}
