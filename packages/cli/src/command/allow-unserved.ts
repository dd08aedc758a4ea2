/** What `--allow-unserved` says, wherever a version can become the preferred one. */
export const ALLOW_UNSERVED = 'release as preferred even if no instance can be created of some of the plan';
