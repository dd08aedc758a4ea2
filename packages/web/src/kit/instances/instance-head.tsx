/** The top of an instance's page: what it is and whether it is well. */
import { nameInTags } from '@cellplane/api/name-tag';
import { Alert, Group, Text } from '@mantine/core';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Copyable } from '../copy';
import { Moment } from '../moment';
import { PageHead } from '../page/page-head';
import { Status } from '../status';

/** The name that people gave the instance; its id where they gave none. */
export function nameOfInstance({ id, customTags }: { id: string; customTags?: { key: string; value: string }[] | undefined }): string {
  return nameInTags(customTags ?? []) ?? id;
}

interface Props {
  id: string;
  /** @default the id */
  name?: string;
  status: string;
  reason: string;
  /** Product, plan, version, place. */
  facts: string;
  createdAt: string;
  list: '/instances' | '/console/instances';
  /** Beside the facts, such as a notice of an upgrade. */
  notice?: ReactNode;
  /** Its failure is told below: the reason is not told twice. */
  isTold?: boolean;
  /** A button that gives it another name. */
  rename?: ReactNode;
  children?: ReactNode;
}

export function InstanceHead({ id, name = id, status, reason, facts, createdAt, list, notice, isTold, rename, children }: Props) {
  return (
    <>
      <PageHead
        title={name}
        above={[{ label: t('Instances'), link: { to: list } }]}
        facts={
          <>
            <Group gap="xs">
              {name !== id && <Copyable text={id} label={t('the id')} />}
              {rename}
            </Group>
            <Group gap="sm" aria-live="polite">
              <Status of={status} />
              <Text size="sm" c="dimmed" component="span">
                {facts} · {t('made')} <Moment at={createdAt} />
              </Text>
              {notice}
            </Group>
          </>
        }
      >
        {children}
      </PageHead>
      {reason !== '' && isTold !== true && (
        <Alert
          color={status === 'FAILED' ? 'red' : 'yellow'}
          variant="light"
          title={status === 'FAILED' ? t('It has failed') : t('Worth knowing')}
        >
          <Text size="md" style={{ overflowWrap: 'anywhere' }}>
            {reason}
          </Text>
        </Alert>
      )}
    </>
  );
}
