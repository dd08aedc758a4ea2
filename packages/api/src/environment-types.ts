/** Types of environments, for whoever needs no schemas (docs/reference/api.md#environments). */
export const ENVIRONMENT_TYPES = ['DEV', 'QA', 'STAGING', 'CANARY', 'PROD', 'PRIVATE', 'GLOBAL'] as const;
