/** What the server says that a build would change, before anything is built. */
import { Alert, Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Differences } from '../differences';

interface Props {
  newestVersion?: string;
  differences?: Parameters<typeof Differences>[0]['differences'];
  missingSecrets?: string[];
  environmentType: string;
}

export function BuildPreview({ newestVersion, differences = [], missingSecrets = [], environmentType }: Props) {
  return (
    <Stack gap="sm">
      {missingSecrets.length > 0 && (
        <Alert
          color="yellow"
          variant="light"
          title={t('{{count}} secrets are missing', { count: missingSecrets.length, defaultValue_one: '{{count}} secret is missing' })}
        >
          <Text size="sm">
            {t('It can be built; instances that read them fail until they are set for {{type}}:', { type: environmentType })}
          </Text>
          <Group gap="md" mt={4}>
            {missingSecrets.map((name) => (
              <Anchor
                key={name}
                className="mono"
                target="_blank"
                renderRoot={(props) => <Link to="/console/secrets" search={{ type: environmentType, set: name }} {...props} />}
              >
                {name}
              </Anchor>
            ))}
          </Group>
        </Alert>
      )}
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
