/** The form of a new instance, in the plan's order: what it is, where, its parameters. */
import { Grid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { NAME_TAG } from '@cellplane/api/name-tag';
import { PageHead } from '../../kit/page/page-head';
import { faultsOf } from '../../kit/parameters/faults';
import {
  defaultsOf,
  given,
  inOrder,
  type Parameter,
  ParameterFields,
  refusedParameters,
  type Values,
} from '../../kit/parameters/parameter-fields';
import { plainText } from '../../kit/plain-text';
import { isSecret } from '../../kit/parameters/secret';
import { useRules } from '../../kit/parameters/use-rules';
import { type Origin, type OwnSubscription, pathOf } from '../own';
import { dropDraft, keepDraft, readDraft } from './draft';
import { PlacePart, ZONE } from './place-part';
import { regionsOf, tagOf } from './places';
import { firstNoTag, TagsField } from './tags-field';
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

const MOST_NAME = 60;
/** Fields that are wider than that are no easier to fill in. */
const WIDEST = 1240;

interface Props {
  /** Who creates it. */
  personId: string;
  origin: Origin;
  subscription: OwnSubscription;
  /** Of the plan. */
  version: string;
  /** The version is not the one that is taken where none is named. */
  isChosen: boolean;
  parameters: Parameter[];
  /** The parameters of what was chosen last are on their way. */
  isLoading: boolean;
  /** Fields of what is chosen before: they stand above all others. */
  choices: ReactNode;
}

export function CreateForm({ personId, origin, subscription, version, isChosen, parameters, isLoading, choices }: Props) {
  const { service, offering } = origin;
  const draftOf = { personId, planId: offering.productTierID };
  const navigate = useNavigate();
  const queries = useQueryClient();
  const rule = useRules();
  const [draft] = useState(() => readDraft(draftOf));
  const [place, setPlace] = useState({ cloud: draft.cloud, region: draft.region, network: draft.network });
  const clouds = offering.cloudProviders ?? [];
  const cloud = place.cloud !== undefined && clouds.includes(place.cloud) ? place.cloud : clouds[0];
  const regions = regionsOf(offering, cloud);
  const region = place.region !== undefined && regions.includes(place.region) ? place.region : regions[0];
  const { network } = place;
  const [name, setName] = useState(draft.name ?? '');
  const [tags, setTags] = useState(draft.tags ?? []);
  const ordered = inOrder(parameters, cloud).filter(({ key }) => !PLACE.has(key));
  // What nobody has touched follows the defaults of the version that is chosen.
  const [typed, setTyped] = useState<Values>(draft.values ?? {});
  const defaults = defaultsOf(ordered);
  const values: Values = { ...defaults, ...typed };
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const secret = ordered.filter(isSecret).map(({ key }) => key);
  const isSent = useRef(false);

  const own = ordered.map(({ key }) => key);
  const asked: Asked = {
    cloud,
    region,
    network,
    version: isChosen ? version : undefined,
    values: Object.fromEntries(Object.entries(values).filter(([key]) => own.includes(key))),
    tags: [...(name.trim() === '' ? [] : [{ key: NAME_TAG, value: name.trim() }]), ...tags.flatMap((text) => tagOf(text) ?? [])],
  };
  useEffect(() => {
    if (isSent.current) return;
    const kept = { ...(cloud === undefined ? {} : { cloud }), ...(region === undefined ? {} : { region }) };
    const open = parameters.filter((one) => !isSecret(one)).map(({ key }) => key);
    keepDraft(draftOf, { ...kept, ...(network === undefined ? {} : { network }), name, tags, values: typed }, open);
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
          ...(asked.version === undefined ? {} : { productTierVersion: asked.version }),
          requestParams: given(asked.values),
          ...(asked.tags.length === 0 ? {} : { customTags: asked.tags }),
        },
      }),
    onError: () => {
      isSent.current = false;
    },
    onSuccess: async ({ id }) => {
      dropDraft(draftOf);
      await queries.invalidateQueries({ queryKey: ['instances'] });
      await navigate({ to: '/instances/$instanceId', params: { instanceId: id }, search: {} });
    },
  });
  const faults = faultsOf(ordered, values, rule);
  const noTag = firstNoTag(tags);
  const refused = refusedParameters(create.error);
  const shown = { ...Object.fromEntries(Object.entries(faults).filter(([key]) => left.has(key))), ...refused };
  const change = (key: string, value: string) => setTyped((present) => ({ ...present, [key]: value }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLeft(new Set(own));
    const [first] = ordered.filter(({ key }) => key in faults);
    if (first !== undefined) return document.getElementById(`parameter-${first.key}`)?.focus();
    if (noTag !== undefined) return document.getElementById('tags')?.focus();
    // A second press comes before the first has drawn the button anew.
    if (isSent.current || isLoading) return;
    isSent.current = true;
    create.mutate();
  };
  const zone = ordered.find(({ key }) => key === ZONE);
  const settings = ordered.filter((one) => one !== zone);
  return (
    <form onSubmit={submit} noValidate style={{ maxWidth: WIDEST }}>
      <PageHead
        title={t('Create {{what}}', { what: `${service.serviceName} · ${offering.productTierName}` })}
        above={[{ label: t('Catalogue'), link: { to: '/catalogue' } }]}
        facts={
          <Text size="sm" lineClamp={3} maw="72ch" style={{ whiteSpace: 'pre-line' }}>
            {plainText(offering.productTierDescription ?? '')}
          </Text>
        }
      />
      <Grid gap="xl" mt="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <Part title={t('Instance')}>
              {choices}
              <TextInput
                label={t('Name')}
                description={t('Whatever your people know it by; it can be changed.')}
                value={name}
                maxLength={MOST_NAME}
                dir="auto"
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <TagsField tags={tags} onChange={setTags} />
            </Part>
            <Part title={t('Place')}>
              <PlacePart
                clouds={clouds}
                regions={regions}
                place={{ cloud, region, network }}
                onChange={(changes) => {
                  setPlace((present) => ({ ...present, ...changes }));
                  // A zone is one of a region.
                  if (zone !== undefined && ('cloud' in changes || 'region' in changes)) change(ZONE, '');
                }}
                networkFault={refused['network_type']}
                zone={
                  zone && {
                    parameter: zone,
                    value: values[ZONE] ?? '',
                    fault: shown[ZONE],
                    onChange: (value) => change(ZONE, value),
                  }
                }
              />
            </Part>
            {settings.length > 0 && (
              <Part title={t('Settings')}>
                <ParameterFields
                  parameters={settings}
                  values={values}
                  faults={shown}
                  onChange={change}
                  onLeave={(key) => setLeft((present) => new Set(present).add(key))}
                />
              </Part>
            )}
            {create.isError && <Failure title={t('The instance was not created')} error={create.error} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Summary
            origin={origin}
            subscription={subscription}
            version={version}
            asked={asked}
            changed={ordered.filter(({ key }) => (values[key] ?? '') !== (defaults[key] ?? ''))}
            secret={secret}
            isPending={create.isPending || isLoading}
          />
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
