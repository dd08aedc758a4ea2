/** Where what can be set is found. */
import { Anchor, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { t } from 'i18next';
import { PageHead } from '../../kit/page/page-head';

export function SettingsPage() {
  const places: { link: LinkProps; title: string; about: string }[] = [
    {
      link: { to: '/account/profile' },
      title: t('Profile and organization'),
      about: t('Your name, what the organization is called and says of itself; the end of the account.'),
    },
    {
      link: { to: '/account/security' },
      title: t('Sign-in and security'),
      about: t('Password, authenticator apps, passkeys, recovery codes.'),
    },
    {
      link: { to: '/account/notifications' },
      title: t('Notifications'),
      about: t('What you are mailed: failures, completed operations, maintenance, backups, limits.'),
    },
    { link: { to: '/account/sessions' }, title: t('Sessions'), about: t('Where you are signed in; end one, or all others.') },
    { link: { to: '/account/api-keys' }, title: t('API keys'), about: t('For scripts and pipelines: with a role, and an end.') },
    { link: { to: '/team' }, title: t('Team'), about: t('Who has access to your subscriptions, with which role.') },
    { link: { to: '/subscriptions' }, title: t('Subscriptions'), about: t('Plans that you have, and have asked for.') },
  ];
  return (
    <Stack gap="lg">
      <PageHead title={t('Settings')} />
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {places.map(({ link, title, about }) => (
          <Paper key={title} withBorder p="md">
            <Title order={2} size="h4">
              <Anchor inherit renderRoot={(props) => <Link {...link} {...props} />}>
                {title}
              </Anchor>
            </Title>
            <Text size="sm" c="dimmed" mt={4}>
              {about}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
    </Stack>
  );
}
