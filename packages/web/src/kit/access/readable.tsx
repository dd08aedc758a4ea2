/** A page, or a part of it, that the role of the person may not read says so, and asks the server nothing. */
import type { OperationName } from '@cellplane/api/access';
import { Skeleton } from '@mantine/core';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Empty } from '../page/empty';
import { useMay } from './use-may';

interface Props {
  operation: OperationName;
  children: ReactNode;
  /** Shown to those who may not. @default why they may not */
  otherwise?: ReactNode;
}

export function Readable({ operation, children, otherwise }: Props) {
  const { may, why } = useMay(operation);
  if (may) return <>{children}</>;
  if (otherwise !== undefined) return <>{otherwise}</>;
  if (why === undefined) return <Skeleton height={180} aria-label={t('Loading')} />;
  return <Empty title={t('Not for your role')}>{why}</Empty>;
}
