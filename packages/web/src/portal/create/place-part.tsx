/** Where a new instance is to be: cloud, region, zone, network. */
import { Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import type { Parameter } from '../../kit/parameters/parameter-fields';
import { NetworkField } from '../../kit/instances/network-field';

/** The parameter by which a plan lets its customers choose a zone. */
export const ZONE = 'custom_availability_zone';

export interface Place {
  cloud: string | undefined;
  region: string | undefined;
  network: string | undefined;
}

interface Props {
  clouds: readonly string[];
  regions: readonly string[];
  place: Place;
  onChange: (changes: Partial<Place>) => void;
  networkFault: string | undefined;
  /** Undefined: the plan asks for no zone. */
  zone: { parameter: Parameter; value: string; fault: string | undefined; onChange: (value: string) => void } | undefined;
}

export function PlacePart({ clouds, regions, place: { cloud, region, network }, onChange, networkFault, zone }: Props) {
  return (
    <>
      <Group grow align="flex-start">
        <Select
          label={t('Cloud')}
          data={clouds}
          value={cloud ?? null}
          onChange={(next) => onChange({ cloud: next ?? undefined })}
          allowDeselect={false}
        />
        <Select
          label={t('Region')}
          data={regions}
          value={region ?? null}
          onChange={(next) => onChange({ region: next ?? undefined })}
          allowDeselect={false}
          searchable
        />
      </Group>
      {zone !== undefined && cloud !== undefined && region !== undefined && <Zone {...zone} cloud={cloud} region={region} />}
      <NetworkField
        value={network}
        onChange={(next) => onChange({ network: next })}
        placeholder={t('As the plan has it')}
        fault={networkFault}
      />
    </>
  );
}

function Zone({ parameter, value, fault, onChange, cloud, region }: NonNullable<Props['zone']> & { cloud: string; region: string }) {
  const zones = useQuery({
    queryKey: ['services', 'zones', cloud, region],
    queryFn: async () =>
      (await client.listAvailabilityZonesOfRegion({ params: { regionCode: region, cloudProviderName: cloud } })).availabilityZones,
    staleTime: 60_000,
  });
  const codes = (zones.data ?? []).map(({ code }) => code);
  return (
    <Select
      id={`parameter-${parameter.key}`}
      label={parameter.displayName}
      description={
        codes.length === 0 && zones.isSuccess ? t('The zones of this region are not known; the cell decides.') : parameter.description
      }
      placeholder={t('Any')}
      data={codes}
      // A zone of another region is none of this one.
      value={codes.includes(value) ? value : null}
      onChange={(next) => onChange(next ?? '')}
      withAsterisk={parameter.required}
      clearable={!parameter.required}
      disabled={codes.length === 0}
      error={fault}
    />
  );
}
