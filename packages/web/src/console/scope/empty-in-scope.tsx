/** What stands where a list has no rows: of a chosen product that is said, and how to see the others. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { OF_ALL_PRODUCTS } from '../../app/scope';
import { Empty } from '../../kit/page/empty';
import { useScopeName } from './scope-words';

/** `children`: what is said where there is nothing of any product. */
export function EmptyInScope({ children }: { children: ReactNode }) {
  const name = useScopeName();
  if (name === undefined) return children;
  return (
    <Empty
      title={t('There is nothing of {{name}} here', { name })}
      action={
        <Button
          variant="default"
          renderRoot={(props) => <Link to="." search={((before: object) => ({ ...before, ...OF_ALL_PRODUCTS })) as never} {...props} />}
        >
          {t('Show all products')}
        </Button>
      }
    >
      {t('This list keeps to what is chosen at the top of the page. There may be something of other products.')}
    </Empty>
  );
}
