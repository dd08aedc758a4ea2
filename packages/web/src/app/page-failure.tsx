/** A page that could not be shown: what was said, and the ways on. */
import { Button, Container, Group, Stack, Text } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../kit/failure';
import { serverAnswers, ServerGone } from './lazy-page';
import { PageHead } from '../kit/page/page-head';

export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  const isOld = isOldPage(error);
  if (error instanceof ServerGone) return <NoServer />;
  return (
    <Container size="sm" py="xl" mx={0}>
      <Stack gap="md">
        <PageHead title={isOld ? t('There is a new version of this application') : t('This page cannot be shown')} />
        {isOld ? (
          <Text>{t('The part of it that belongs to this page is no longer there. Load the page again to have the new version.')}</Text>
        ) : (
          <Failure title={t('What went wrong')} error={error} />
        )}
        <Group>
          <Button onClick={isOld ? () => window.location.reload() : again}>{isOld ? t('Load again') : t('Try again')}</Button>
          <Button variant="default" onClick={() => window.history.back()}>
            {t('Go back')}
          </Button>
          <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
            {t('To the first page')}
          </Button>
        </Group>
      </Stack>
    </Container>
  );
}

/** The server is gone: the page is loaded when it is asked for again and the server is there. */
function NoServer() {
  const [isAsking, setIsAsking] = useState(false);
  const again = async () => {
    setIsAsking(true);
    if (await serverAnswers()) window.location.reload();
    else setIsAsking(false);
  };
  return (
    <Container size="sm" py="xl" mx={0}>
      <Stack gap="md">
        <PageHead title={t('The server does not answer')} />
        <Text>{t('This page could not be loaded. Pages that you have opened before are still there.')}</Text>
        <Group>
          <Button loading={isAsking} onClick={() => void again()}>
            {t('Try again')}
          </Button>
          <Button variant="default" onClick={() => window.history.back()}>
            {t('Go back')}
          </Button>
        </Group>
      </Stack>
    </Container>
  );
}

/** True where a file of the application is gone: the server has another version by now. */
function isOldPage(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script failed|Unable to preload/i.test(error.message);
}
