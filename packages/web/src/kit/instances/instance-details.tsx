/** What is said of an instance to its customer and to its provider alike: since when it is, what it came from, and what is set on it. */
import { Anchor, Badge, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Moment } from '../moment';
import type { Fact } from '../page/facts';
import { inWords } from '../code-words';
import { isNameTag } from '@cellplane/api/name-tag';

export interface DetailedInstance {
  created_at: string;
  createdByUserName?: string | undefined;
  network_type?: string | undefined;
  currentReplicas?: string | undefined;
  sourceSnapshotID?: string | undefined;
  resourceInstanceMetadata?: { deletionProtection?: boolean | undefined } | undefined;
  customTags?: readonly { key: string; value: string }[] | undefined;
}

/** `hasSnapshotPage`: whoever looks has a page of each snapshot. */
export function detailsOf(instance: DetailedInstance, hasSnapshotPage: boolean): Fact[] {
  const { network_type, currentReplicas, created_at, createdByUserName: by = '', sourceSnapshotID: source = '' } = instance;
  const tags = (instance.customTags ?? []).filter((tag) => !isNameTag(tag));
  return [
    ...(network_type === undefined ? [] : [{ name: t('Network'), value: inWords(network_type) }]),
    ...(currentReplicas === undefined ? [] : [{ name: t('Replicas'), value: currentReplicas }]),
    {
      name: t('Made'),
      value: (
        <>
          <Moment at={created_at} /> {by !== '' && t('by {{who}}', { who: by })}
        </>
      ),
    },
    ...(source === '' ? [] : [{ name: t('Restored from'), value: <SnapshotName id={source} hasPage={hasSnapshotPage} /> }]),
    { name: t('Deletion protection'), value: instance.resourceInstanceMetadata?.deletionProtection === true ? t('on') : t('off') },
    {
      name: t('Tags'),
      value:
        tags.length === 0 ? (
          t('none')
        ) : (
          <Group gap={4}>
            {tags.map(({ key, value }) => (
              <Badge key={key} variant="light" color="gray" className="mono" fw={400} maw="100%">
                <bdi>{`${key}=${value}`}</bdi>
              </Badge>
            ))}
          </Group>
        ),
    },
  ];
}

function SnapshotName({ id, hasPage }: { id: string; hasPage: boolean }) {
  if (!hasPage) return <span className="mono">{id}</span>;
  return (
    <Anchor size="sm" className="mono" renderRoot={(props) => <Link to="/snapshots/$snapshotId" params={{ snapshotId: id }} {...props} />}>
      {id}
    </Anchor>
  );
}
