/** The tag that holds what people call an instance. Pure; loaded by itself. */
interface Tag {
  key: string;
  value: string;
}

/** The key as our own programs write it; it counts in any case. */
export const NAME_TAG = 'name';

export function isNameTag({ key }: Pick<Tag, 'key'>): boolean {
  return key.toLowerCase() === NAME_TAG;
}

/** What people call the instance with these tags; undefined: nothing. */
export function nameInTags(tags: readonly Tag[]): string | undefined {
  const name = tags.find(isNameTag)?.value.trim();
  return name === '' ? undefined : name;
}
