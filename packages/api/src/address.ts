/** What client and server both know of an address. Without schemas, so that clients load fast. */
export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** Version segment of the reference API; every v1 and fleet path starts with it. */
export const BASE_PATH = '/2022-09-01-00';

/** Path of the stream of an instance; it is not a row of the table, because its answer is not one JSON value. */
export const INSTANCE_EVENTS_PATH = '/api/instances/{id}/events';

/** Path of the stream of what has changed, one for each open application. It is no row of the table either. */
export const CHANGES_PATH = '/api/events/stream';
