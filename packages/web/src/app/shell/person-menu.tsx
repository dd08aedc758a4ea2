/** Who is signed in, and what concerns them on every page. */
import { Avatar, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { brandLinks } from '../brand-links';
import { session } from '../client';
import type { Person } from '../session/signed-in';

/** The colours that can be chosen. */
export const SCHEMES = ['light', 'dark', 'auto'] as const;

export function schemeWords(scheme: (typeof SCHEMES)[number]): string {
  return { light: t('Light colours'), dark: t('Dark colours'), auto: t('Colours of the system') }[scheme];
}

export function PersonMenu({ person, onKeys }: { person: Person; onKeys: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const name = person.name || person.email;
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton aria-label={t('Account of {{name}}', { name })}>
          <Avatar size={32} radius="sm" color="gray">
            {initialsOf(name)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label style={{ overflowWrap: 'anywhere' }}>
          {person.email}
          <br />
          {person.orgName}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item renderRoot={(props) => <Link to="/account/profile" {...props} />}>{t('Your account')}</Menu.Item>
        <Menu.Item renderRoot={(props) => <Link to="/account/security" {...props} />}>{t('Sign-in and security')}</Menu.Item>
        {person.kind === 'customer' && (
          <Menu.Item renderRoot={(props) => <Link to="/account/notifications" {...props} />}>{t('Notifications')}</Menu.Item>
        )}
        <Menu.Item renderRoot={(props) => <Link to="/account/api-keys" {...props} />}>{t('API keys')}</Menu.Item>
        <Menu.Divider />
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={scheme === colorScheme}
            rightSection={scheme === colorScheme ? <span aria-hidden="true">✓</span> : undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {schemeWords(scheme)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={onKeys} rightSection={<span aria-hidden="true">?</span>}>
          {t('Keyboard')}
        </Menu.Item>
        {brandLinks().map(({ label, href }) => (
          <Menu.Item key={href} component="a" href={href} target="_blank" rel="noreferrer">
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void session.end()}>{t('Sign out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function initialsOf(name: string): string {
  return name
    .split(/[\s@.]+/)
    .slice(0, 2)
    .map((word) => (Array.from(word)[0] ?? '').toUpperCase())
    .join('');
}
