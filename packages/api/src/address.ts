/** What client and server both know of an address. Without schemas, so that clients load fast. */
export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** Version segment of the reference API; every v1 and fleet path starts with it. */
export const BASE_PATH = '/2022-09-01-00';

/** Path of the stream of an instance; it is not a row of the table, because its answer is not one JSON value. */
export const INSTANCE_EVENTS_PATH = '/api/instances/{id}/events';

/** Path of the stream of what has changed, one for each open application. It is no row of the table either. */
export const CHANGES_PATH = '/api/events/stream';

/** Path of the stream of a container's log, as it is written. */
export const LOG_STREAM_PATH = '/api/instances/{id}/nodes/{node}/log/stream';

/** Path of the stream of what an instance uses. */
export const METRICS_STREAM_PATH = '/api/instances/{id}/metrics/stream';

/** Lines of a log that are read if nobody says how many, and at most. */
export const LOG_LINES = { usual: 500, most: 5_000 } as const;
