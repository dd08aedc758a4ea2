/** Where the link of a sign-up's mail leads: the address is confirmed by a deliberate act, since programs that look at mails open links, too. */
import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { Failure } from '../../kit/failure';
import { client } from '../client';
import { Card } from '../signed-out/card';
import { FootLink } from '../signed-out/foot-link';

export function ConfirmPage() {
  const { email = '', token = '' } = useSearch({ from: '/validate-token' });
  const confirm = useMutation({ mutationFn: () => client.validateToken({ body: { email, token } }) });
  if (confirm.isSuccess)
    return (
      <Card title={t('The address is confirmed')} about={email}>
        <Text>{t('Your account counts now. Sign in with the password that you chose.')}</Text>
        <Button renderRoot={(props) => <Link to="/sign-in" search={{ email }} {...props} />}>{t('Go to the sign-in')}</Button>
      </Card>
    );
  if (email === '' || token === '')
    return (
      <Card title={t('The link is not whole')} foot={<FootLink to="/sign-in">{t('Sign in')}</FootLink>}>
        <Text>{t('Copy the whole address from the mail; it may be broken over two lines there.')}</Text>
      </Card>
    );
  return (
    <Card title={t('Confirm your address')} about={email} foot={<FootLink to="/sign-in">{t('Sign in')}</FootLink>}>
      {confirm.isError && (
        <>
          <Failure title={t('The address is not confirmed')} error={confirm.error} />
          <Text size="sm">
            {t(
              'A link works once, for 24 hours. If you confirmed it already, sign in. Else make the account once more: you get another mail.',
            )}
          </Text>
          <Button variant="default" renderRoot={(props) => <Link to="/signup" search={{}} {...props} />}>
            {t('Make the account once more')}
          </Button>
        </>
      )}
      <Button loading={confirm.isPending} onClick={() => confirm.mutate()}>
        {t('Confirm the address')}
      </Button>
    </Card>
  );
}
