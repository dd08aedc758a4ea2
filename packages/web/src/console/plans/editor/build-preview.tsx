/** What the server says that a build would change, before anything is built. */
import { Stack, Text } from '@mantine/core';
import { t } from 'i18next';
import { Differences } from '../differences';
import { MissingSecrets } from '../missing-secrets';

interface Props {
  newestVersion?: string;
  differences?: Parameters<typeof Differences>[0]['differences'];
  missingSecrets?: string[];
  environmentType: string;
}

export function BuildPreview({ newestVersion, differences = [], missingSecrets = [], environmentType }: Props) {
  return (
    <Stack gap="sm">
      <MissingSecrets
        names={missingSecrets}
        environmentType={environmentType}
        about={t('It can be built; instances that read them fail until they are set for {{type}}:', { type: environmentType })}
        inNewTab
      />
      {newestVersion === undefined ? (
        <Text>{t('A new plan: this is its first version.')}</Text>
      ) : (
        <div>
          <Text fw={600} mb="xs">
            {t('What changes against version {{version}}', { version: newestVersion })}
          </Text>
          <div style={{ maxHeight: '32vh', overflow: 'auto' }} tabIndex={0} role="group" aria-label={t('Changes')}>
            <Differences differences={differences} />
          </div>
        </div>
      )}
    </Stack>
  );
}
