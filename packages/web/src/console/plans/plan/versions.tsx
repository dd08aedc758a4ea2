/** The versions of a plan, newest first, and what can be done with each. */
import { Anchor, Menu, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../../app/client';
import { OF_ALL_PRODUCTS } from '../../../app/scope';
import { Failure } from '../../../kit/failure';
import { FormButtons } from '../../../kit/page/form-buttons';
import { MoreButton } from '../../../kit/more';
import { Moment } from '../../../kit/moment';
import { Confirm } from '../../../kit/page/confirm';
import { DataTable } from '../../../kit/table/data-table';
import { GuardedItem } from '../../../kit/access/guarded';
import { useMay } from '../../../kit/access/use-may';
import { people, type PlanPlace, type Version } from '../services';
import { VersionStatus } from '../version-status';

interface Props {
  place: PlanPlace;
  versions: Version[];
  /** Names of what the plan is of, and its own. */
  product: { name: string; plan: string };
}

type Ask = { what: 'prefer' | 'deprecate' | 'notes'; version: Version };

export function Versions({ place, versions, product }: Props) {
  const forbidden = useMay('promoteVersionSet').why;
  const names = useQuery({ ...people, enabled: useMay('listOrgUsers').may });
  const [ask, setAsk] = useState<Ask>();
  const queries = useQueryClient();
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['services'] });
    setAsk(undefined);
  };
  const params = ask === undefined ? undefined : { serviceId: place.serviceId, productTierId: place.planId, version: ask.version.version };
  const preferred = versions.find(({ status }) => status === 'Preferred');
  return (
    <>
      <DataTable
        label={t('Versions')}
        rows={versions}
        keyOf={({ version }) => version}
        empty={<Text c="dimmed">{t('Nothing is released yet.')}</Text>}
        columns={[
          {
            key: 'version',
            name: t('Version'),
            sortBy: ({ version }) => Number(version),
            cell: ({ version, name }) => (
              <div>
                <Text fw={600} component="span">
                  {version}
                </Text>
                {name !== undefined && name !== '' && name !== version && (
                  <Text size="xs" c="dimmed">
                    {name}
                  </Text>
                )}
              </div>
            ),
          },
          {
            key: 'status',
            name: t('Status'),
            sortBy: ({ status }) => status,
            cell: ({ status }) => <VersionStatus status={status} />,
          },
          {
            key: 'instances',
            name: t('Instances'),
            align: 'right',
            sortBy: ({ instanceCount = 0 }) => instanceCount,
            cell: ({ instanceCount = 0, version }) =>
              instanceCount === 0 ? (
                <span className="muted">0</span>
              ) : (
                <Anchor
                  aria-label={t('{{count}} instances of version {{version}}', {
                    count: instanceCount,
                    version,
                    defaultValue_one: '{{count}} instance of version {{version}}',
                  })}
                  renderRoot={(props) => (
                    <Link to="/console/instances" search={{ ...OF_ALL_PRODUCTS, plan: place.planId, version } as never} {...props} />
                  )}
                >
                  {instanceCount}
                </Anchor>
              ),
          },
          {
            key: 'released',
            name: t('Released'),
            sortBy: ({ releasedAt }) => Date.parse(releasedAt),
            cell: ({ releasedAt, releasedBy }) => (
              <div>
                <Moment at={releasedAt} />
                {releasedBy !== undefined && (
                  <Text size="xs" c="dimmed">
                    {t('by {{name}}', { name: names.data?.[releasedBy] ?? releasedBy })}
                  </Text>
                )}
              </div>
            ),
          },
          {
            key: 'notes',
            name: t('Release notes'),
            cell: ({ releaseNotes }) => (
              <Text size="sm" maw="48ch" lineClamp={3}>
                {releaseNotes ?? <span className="muted">{t('none')}</span>}
              </Text>
            ),
          },
          {
            key: 'actions',
            name: t('Actions'),
            cell: (version) => (
              <VersionMenu
                place={place}
                version={version}
                product={product}
                forbidden={forbidden}
                before={versions[versions.indexOf(version) + 1]}
                onAsk={setAsk}
              />
            ),
          },
        ]}
      />
      <Confirm
        opened={ask?.what === 'prefer'}
        onClose={() => setAsk(undefined)}
        title={t('Make version {{version}} the preferred one', { version: ask?.version.version })}
        action={t('Make it preferred')}
        isMild
        failure={t('It is not made preferred')}
        submit={async () => params && client.promoteVersionSet({ params, query: {} })}
        onDone={() => void done()}
      >
        {t('New instances get it from then on. Instances that are there stay on their version until they are upgraded.')}{' '}
        {preferred !== undefined && t('Version {{version}} becomes Active.', { version: preferred.version })}
      </Confirm>
      <Confirm
        opened={ask?.what === 'deprecate'}
        onClose={() => setAsk(undefined)}
        title={t('Deprecate version {{version}}', { version: ask?.version.version })}
        action={t('Deprecate it')}
        failure={t('It is not deprecated')}
        submit={async () => params && client.deprecateVersionSet({ params })}
        onDone={() => void done()}
      >
        {t('No new instance is made of it.')}{' '}
        {t('{{count}} instances stay on it until they are upgraded.', {
          count: ask?.version.instanceCount ?? 0,
          defaultValue_one: '{{count}} instance stays on it until it is upgraded.',
        })}
      </Confirm>
      {ask?.what === 'notes' && params !== undefined && (
        <Modal
          opened
          onClose={() => setAsk(undefined)}
          title={t('Release notes of version {{version}}', { version: params.version })}
          centered
        >
          <Notes params={params} present={ask.version.releaseNotes ?? ''} onDone={() => void done()} />
        </Modal>
      )}
    </>
  );
}

interface MenuProps {
  place: PlanPlace;
  version: Version;
  before: Version | undefined;
  product: Props['product'];
  forbidden: string | undefined;
  onAsk: (ask: Ask) => void;
}

function VersionMenu({ place, version, before, product, forbidden, onAsk }: MenuProps) {
  const { serviceId, environmentId, planId } = place;
  const isPreferred = version.status === 'Preferred';
  const page = { to: '/console/plans/$serviceId/$environmentId/$planId' as const, params: { serviceId, environmentId, planId } };
  const whyNot = {
    prefer: forbidden ?? (isPreferred ? t('It is the preferred one.') : undefined),
    deprecate:
      forbidden ??
      (isPreferred ? t('The preferred version cannot be deprecated: prefer another one first.') : undefined) ??
      (version.status === 'Deprecated' ? t('It is deprecated.') : undefined),
  };
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <MoreButton aria-label={t('Actions for version {{version}}', { version: version.version })} />
      </Menu.Target>
      <Menu.Dropdown>
        <GuardedItem why={whyNot.prefer} onClick={() => onAsk({ what: 'prefer', version })}>
          {t('Make it preferred')}
        </GuardedItem>
        <GuardedItem why={whyNot.deprecate} onClick={() => onAsk({ what: 'deprecate', version })}>
          {t('Deprecate')}
        </GuardedItem>
        <GuardedItem why={forbidden} onClick={() => onAsk({ what: 'notes', version })}>
          {t('Write release notes')}
        </GuardedItem>
        <Menu.Divider />
        {before !== undefined && (
          <Menu.Item
            renderRoot={(props) => (
              <Link {...page} search={{ tab: 'changes', version: version.version, with: before.version }} {...props} />
            )}
          >
            {t('What changed since {{version}}', { version: before.version })}
          </Menu.Item>
        )}
        <Menu.Item renderRoot={(props) => <Link {...page} search={{ tab: 'spec', version: version.version }} {...props} />}>
          {t('Read the spec')}
        </Menu.Item>
        <Menu.Item
          renderRoot={(props) => (
            <Link
              to="/console/plan-editor"
              search={{ product: product.name, service: serviceId, environment: environmentId, plan: planId, version: version.version }}
              {...props}
            />
          )}
        >
          {t('Edit a copy of the spec')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Notes({
  params,
  present,
  onDone,
}: {
  params: { serviceId: string; productTierId: string; version: string };
  present: string;
  onDone: () => void;
}) {
  const [text, setText] = useState(present);
  const save = useMutation({
    mutationFn: () => client.updateVersionSetMetadata({ params, body: { releaseNotes: text } }),
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md">
        <Textarea
          label={t('Release notes')}
          description={t('Customers read them where they are offered the version.')}
          autosize
          minRows={4}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        {save.isError && <Failure title={t('They are not kept')} error={save.error} />}
        <FormButtons action={t('Keep the notes')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
