/** What can be done with a snapshot, and the forms for it. */
import { Menu, Modal } from '@mantine/core';
import { t } from 'i18next';
import { MoreButton } from '../../kit/more';
import { GuardedItem } from '../../kit/access/guarded';
import { CopyForm } from './copy-form';
import { DeleteSnapshots } from '../../kit/snapshots/delete-confirm';
import { isManual, type Snapshot } from '../../kit/snapshots/kind';
import { RestoreForm } from '../../kit/snapshots/restore-form';
import { ownDoor } from './door';
import type { WhyNot } from './use-may-change';

export type What = 'restore' | 'copy' | 'delete';

/** What is being done, and with which. Several are deleted at once; all else is done with one. */
export interface Doing {
  what: What;
  snapshots: Snapshot[];
}

/** Why a snapshot cannot be restored, in words; undefined if it can. */
export function whyNotRestore({ status, subscriptionId }: Snapshot, whyNot: WhyNot): string | undefined {
  return whyNot(subscriptionId, 'create') ?? (status === 'COMPLETE' ? undefined : t('It is not complete.'));
}

/** A menu; what cannot be done says why. `whyNot`: why this person may change nothing in a subscription. */
export function SnapshotMenu({ snapshot, whyNot, onDo }: { snapshot: Snapshot; whyNot: WhyNot; onDo: (what: What) => void }) {
  const whyNotChange = whyNot(snapshot.subscriptionId);
  const incomplete = snapshot.status === 'COMPLETE' ? undefined : t('It is not complete.');
  const entries: [What, string, string | undefined][] = [
    ['restore', t('Restore …'), whyNotRestore(snapshot, whyNot)],
    ['copy', t('Keep a copy …'), whyNotChange ?? incomplete],
    ['delete', t('Delete …'), whyNotChange ?? (isManual(snapshot) ? undefined : t('It ends by itself, when its retention is over.'))],
  ];
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <MoreButton aria-label={t('What can be done with the snapshot {{id}}', { id: snapshot.snapshotId })} />
      </Menu.Target>
      <Menu.Dropdown>
        {entries.map(([what, label, why]) => (
          <GuardedItem key={what} why={why} onClick={() => onDo(what)}>
            {label}
          </GuardedItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface FormsProps {
  doing: Doing | undefined;
  /** Whether an instance is deleted. */
  isGone: (instanceId: string) => boolean;
  onClose: () => void;
}

/** The form of whatever is being done. */
export function SnapshotForms({ doing, isGone, onClose }: FormsProps) {
  const { what, snapshots = [] } = doing ?? {};
  const [snapshot] = snapshots;
  return (
    <>
      <Modal opened={what === 'restore'} onClose={onClose} title={t('Restore {{id}}', { id: snapshot?.snapshotId })} centered size="lg">
        {snapshot !== undefined && (
          <RestoreForm door={ownDoor} snapshot={snapshot} isSourceGone={isGone(snapshot.sourceInstanceId)} onDone={onClose} />
        )}
      </Modal>
      <Modal opened={what === 'copy'} onClose={onClose} title={t('Keep a copy of {{id}}', { id: snapshot?.snapshotId })} centered>
        {snapshot !== undefined && <CopyForm snapshot={snapshot} onDone={onClose} />}
      </Modal>
      <DeleteSnapshots door={ownDoor} snapshots={what === 'delete' ? snapshots : []} onClose={onClose} />
    </>
  );
}
