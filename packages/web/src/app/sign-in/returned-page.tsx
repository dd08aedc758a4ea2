/** Where identity providers send people back to. */
import { Button, Skeleton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useEffect, useRef } from 'react';
import { Failure } from '../../kit/failure';
import { placeAfter } from '../session/place-after';
import { Card } from '../signed-out/card';
import { comeBack } from './single-sign-on';

export function ReturnedPage() {
  const answer = useSearch({ from: '/idp-auth' });
  const navigate = useNavigate();
  const signIn = useMutation({ mutationFn: () => comeBack(answer), onSuccess: (to) => navigate({ href: placeAfter(to), replace: true }) });
  const isBegun = useRef(false);
  useEffect(() => {
    // An answer counts once.
    if (isBegun.current) return;
    isBegun.current = true;
    signIn.mutate();
  }, [signIn]);
  if (!signIn.isError)
    return (
      <Card title={t('Signing in')} about={t('Your identity provider has sent you back; its answer is checked.')}>
        <Skeleton height={36} />
      </Card>
    );
  return (
    <Card title={t('You are not signed in')}>
      <Failure title={t('The identity provider’s answer was not taken')} error={signIn.error} />
      <Button renderRoot={(props) => <Link to="/sign-in" {...props} />}>{t('Begin again')}</Button>
    </Card>
  );
}
