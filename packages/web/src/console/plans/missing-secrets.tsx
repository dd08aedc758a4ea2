/** Secrets that a plan reads and that are not set for an environment type: each leads to where it is set. */
import { Alert, Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';

interface Props {
  names: readonly string[];
  environmentType: string;
  /** What comes of it. */
  about: string;
  /** In a tab of its own, so that what is typed here stays. */
  inNewTab?: boolean;
}

export function MissingSecrets({ names, environmentType, about, inNewTab = false }: Props) {
  if (names.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      title={t('{{count}} secrets are missing', { count: names.length, defaultValue_one: '{{count}} secret is missing' })}
    >
      <Text size="sm">{about}</Text>
      <Group gap="md" mt={4}>
        {names.map((name) => (
          <Anchor
            key={name}
            className="mono"
            {...(inNewTab ? { target: '_blank' } : {})}
            renderRoot={(props) => <Link to="/console/secrets" search={{ type: environmentType, set: name }} {...props} />}
          >
            {name}
          </Anchor>
        ))}
      </Group>
    </Alert>
  );
}
