/** An address that has no page. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { t } from 'i18next';
import { PageHead } from '../kit/page/page-head';

export function NotFoundPage() {
  const { pathname } = useLocation();
  return (
    <Stack gap="md" component="section">
      <PageHead title={t('There is no page at this address')} facts={<span className="mono">{pathname}</span>} />
      <Text maw="72ch">{t('The address may have been cut, or what it showed was deleted.')}</Text>
      <Group>
        <Button renderRoot={(props) => <Link to="/" {...props} />}>{t('To the first page')}</Button>
        <Button variant="default" onClick={() => window.history.back()}>
          {t('Go back')}
        </Button>
      </Group>
    </Stack>
  );
}
