/** Characters of a name in a mail to somebody who has not asked for it. */
const LONGEST = 60;
/** Signs that names have; a point is followed by no letter, as it is in an address of the web. */
const NAME = /^(?:[\p{L}\p{M}\p{N} ,'’()&-]|\.(?![\p{L}\p{N}]))+$/u;

/**
 * A name that its owner chose freely, for a mail to an address that may be a stranger's: what may be a message or a link of its own is
 * not passed on. Pure. `otherwise`: what stands in its place.
 */
export function plainName(name: string, otherwise: string): string {
  return name.length <= LONGEST && NAME.test(name) && name.trim() !== '' ? name : otherwise;
}
