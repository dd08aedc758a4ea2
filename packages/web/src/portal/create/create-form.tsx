/** The form of a new instance, in the plan's order: name, place, parameters. */
import { Grid, Group, Select, Stack, TagsInput, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { NAME_TAG } from '../../kit/instances/instance-head';
import { PageHead } from '../../kit/page/page-head';
import { faultsOf } from '../../kit/parameters/faults';
import {
  defaultsOf,
  given,
  inOrder,
  isSecret,
  type Parameter,
  ParameterFields,
  refusedParameters,
  type Values,
} from '../../kit/parameters/parameter-fields';
import { useRules } from '../../kit/parameters/use-rules';
import { type Origin, type OwnSubscription, pathOf } from '../own';
import { dropDraft, keepDraft, readDraft } from './draft';
import { regionsOf, tagOf } from './places';
import { type Asked, Summary } from './summary';

/** Parameters of the place, which have fields of their own. */
const PLACE = new Set([
  'cloud_provider',
  'region',
  'network_type',
  'custom_network_id',
  'availability_zone',
  'cloud_provider_account_config_id',
]);

const NETWORKS = ['PUBLIC', 'INTERNAL'];
const MOST_NAME = 60;

export function CreateForm({
  origin,
  subscription,
  parameters,
}: {
  origin: Origin;
  subscription: OwnSubscription;
  parameters: Parameter[];
}) {
  const { service, offering } = origin;
  const planId = offering.productTierID;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const rule = useRules();
  const [draft] = useState(() => readDraft(planId));
  const clouds = offering.cloudProviders ?? [];
  const [chosenCloud, setCloud] = useState(draft.cloud);
  const cloud = chosenCloud !== undefined && clouds.includes(chosenCloud) ? chosenCloud : clouds[0];
  const regions = regionsOf(offering, cloud);
  const [chosenRegion, setRegion] = useState(draft.region);
  const region = chosenRegion !== undefined && regions.includes(chosenRegion) ? chosenRegion : regions[0];
  const [network, setNetwork] = useState(draft.network);
  const [name, setName] = useState(draft.name ?? '');
  const [tags, setTags] = useState(draft.tags ?? []);
  const ordered = inOrder(parameters, cloud).filter(({ key }) => !PLACE.has(key));
  const [values, setValues] = useState<Values>(() => ({ ...defaultsOf(ordered), ...draft.values }));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const secret = ordered.filter(isSecret).map(({ key }) => key);
  const isSent = useRef(false);

  const own = ordered.map(({ key }) => key);
  const asked: Asked = {
    cloud,
    region,
    network,
    values: Object.fromEntries(Object.entries(values).filter(([key]) => own.includes(key))),
    tags: [...(name.trim() === '' ? [] : [{ key: NAME_TAG, value: name.trim() }]), ...tags.flatMap((text) => tagOf(text) ?? [])],
  };
  useEffect(() => {
    if (isSent.current) return;
    keepDraft(
      planId,
      {
        ...(cloud === undefined ? {} : { cloud }),
        ...(region === undefined ? {} : { region }),
        ...(network === undefined ? {} : { network }),
        name,
        tags,
        values,
      },
      secret,
    );
  });
  const create = useMutation({
    mutationFn: () =>
      client.customerCreateInstance({
        params: pathOf(origin),
        query: { subscriptionId: subscription.id },
        body: {
          cloud_provider: cloud,
          region,
          ...(network === undefined ? {} : { network_type: network }),
          requestParams: given(asked.values),
          ...(asked.tags.length === 0 ? {} : { customTags: asked.tags }),
        },
      }),
    onError: () => {
      isSent.current = false;
    },
    onSuccess: async ({ id }) => {
      dropDraft(planId);
      await queries.invalidateQueries({ queryKey: ['instances'] });
      await navigate({ to: '/instances/$instanceId', params: { instanceId: id }, search: {} });
    },
  });
  const faults = faultsOf(ordered, values, rule);
  const noTag = tags.find((text) => tagOf(text) === undefined);
  const shown = { ...Object.fromEntries(Object.entries(faults).filter(([key]) => left.has(key))), ...refusedParameters(create.error) };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLeft(new Set(own));
    const [first] = ordered.filter(({ key }) => key in faults);
    if (first !== undefined) return document.getElementById(`parameter-${first.key}`)?.focus();
    if (noTag !== undefined) return document.getElementById('tags')?.focus();
    // A second press comes before the first has drawn the button anew.
    if (isSent.current) return;
    isSent.current = true;
    create.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <PageHead
        title={t('Create {{what}}', { what: `${service.serviceName} · ${offering.productTierName}` })}
        above={[{ label: t('Catalogue'), link: { to: '/catalogue' } }]}
        facts={offering.productTierDescription}
      />
      <Grid gap="xl" mt="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <Part title={t('Instance')}>
              <TextInput
                label={t('Name')}
                description={t('Whatever your people know it by; it can be changed.')}
                value={name}
                maxLength={MOST_NAME}
                dir="auto"
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <TagsInput
                id="tags"
                label={t('Tags')}
                description={t('Such as team=blue; Enter after each.')}
                value={tags}
                onChange={setTags}
                error={noTag === undefined ? undefined : t('{{tag}} is no tag: write key=value.', { tag: noTag })}
              />
            </Part>
            <Part title={t('Place')}>
              <Group grow align="flex-start">
                <Select
                  label={t('Cloud')}
                  data={clouds}
                  value={cloud ?? null}
                  onChange={(next) => setCloud(next ?? undefined)}
                  allowDeselect={false}
                />
                <Select
                  label={t('Region')}
                  data={regions}
                  value={region ?? null}
                  onChange={(next) => setRegion(next ?? undefined)}
                  allowDeselect={false}
                  searchable
                />
              </Group>
              <Select
                label={t('Network')}
                description={t('Whether it is reached from the internet. Where nothing is chosen the plan decides.')}
                placeholder={t('As the plan has it')}
                data={NETWORKS.map((value) => ({ value, label: value === 'PUBLIC' ? t('Public') : t('Internal') }))}
                value={network ?? null}
                onChange={(next) => setNetwork(next ?? undefined)}
                clearable
                error={refusedParameters(create.error)['network_type']}
              />
            </Part>
            {ordered.length > 0 && (
              <Part title={t('Settings')}>
                <ParameterFields
                  parameters={ordered}
                  values={values}
                  faults={shown}
                  onChange={(key, value) => setValues((present) => ({ ...present, [key]: value }))}
                  onLeave={(key) => setLeft((present) => new Set(present).add(key))}
                />
              </Part>
            )}
            {create.isError && <Failure title={t('The instance was not created')} error={create.error} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Summary origin={origin} subscription={subscription} asked={asked} secret={secret} isPending={create.isPending} />
        </Grid.Col>
      </Grid>
    </form>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack gap="md" component="section">
      <Title order={2} size="h3">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
