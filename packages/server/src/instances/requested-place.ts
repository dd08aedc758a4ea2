/** What a request on an existing instance or snapshot says of its place. Forms send the present one back; another one is refused. Pure. */
import { cut, type Json } from '@cellplane/plan';
import type { Place } from '../cells/place.js';
import { badRequest, DomainError } from '../errors.js';

export interface RequestedPlace {
  cloud_provider?: string;
  region?: string;
  custom_network_id?: string;
  custom_availability_zone?: string;
}

/** @throws DomainError bad_request for another cloud or region; not_implemented for networks and zones of the customer's own */
export function refuseMove(
  at: { id: string; cloudProvider: string; region: string },
  requested: RequestedPlace,
  rule = 'an instance stays where it was made; to have it elsewhere, restore a copy of a snapshot there',
): void {
  const unserved = (['custom_network_id', 'custom_availability_zone'] as const).filter((field) => (requested[field] ?? '') !== '');
  if (unserved.length > 0)
    throw new DomainError(
      'not_implemented',
      'place-option-not-served',
      `Not served yet: ${unserved.join(', ')}. Leave it out.`,
      unserved.map((field) => ({ field, code: 'place-option-not-served', message: 'is not served' })),
    );
  const wanted: [field: keyof RequestedPlace, here: string][] = [
    ['cloud_provider', at.cloudProvider],
    ['region', at.region],
  ];
  for (const [field, here] of wanted) {
    const asks = requested[field] ?? '';
    if (asks === '' || asks.toLowerCase() === here.toLowerCase()) continue;
    throw badRequest('place-is-fixed', `${at.id} is in ${at.cloudProvider} ${at.region}, not in "${cut(asks)}": ${rule}.`, [
      { field, code: 'place-is-fixed', message: `must be ${here}, or left out` },
    ]);
  }
}

/** The members of a body that name a place. `cloudProvider` is not one: forms send it beside other bookkeeping of theirs. */
export function requestedPlace(body: RequestedPlace): RequestedPlace {
  const { cloud_provider, region, custom_network_id, custom_availability_zone } = body;
  return {
    ...(cloud_provider === undefined ? {} : { cloud_provider }),
    ...(region === undefined ? {} : { region }),
    ...(custom_network_id === undefined ? {} : { custom_network_id }),
    ...(custom_availability_zone === undefined ? {} : { custom_availability_zone }),
  };
}

/** The parameter `custom_availability_zone`, by which a plan lets its customers choose. @throws DomainError bad_request naming the zones */
export function refuseUnknownZone(zone: Json | undefined, { cloudProvider, region, zones }: Place): void {
  if (typeof zone !== 'string' || zone === '' || zones.length === 0 || zones.includes(zone)) return;
  throw badRequest('zone-not-served', `Zone "${cut(zone)}" is not in ${cloudProvider} ${region}. Zones: ${zones.join(', ')}.`, [
    { field: 'custom_availability_zone', code: 'zone-not-served', message: `must be one of ${zones.join(', ')}` },
  ]);
}
