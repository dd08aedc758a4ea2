import { stringify } from 'yaml';

/** A value as YAML for people: block style, texts as they are, no line folded. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
