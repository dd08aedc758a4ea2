import { type Place, single } from './places.js';

/** A script for bash from 3.2 on, without the package bash-completion. */
export function bashScript(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path.includes(' ')).map(({ path }) => single(path));
  const valued = unique(places.flatMap(({ options }) => options.filter((one) => one.takesValue).flatMap((one) => one.names)));
  const files = unique(places.flatMap(({ options }) => options.filter((one) => one.isFile).flatMap((one) => one.names)));
  const cases = places.map((place) => {
    const words = [...place.commands.map((one) => one.name), ...place.words, ...place.options.flatMap((one) => one.names)];
    const chosen = place.options
      .filter((one) => one.choices.length > 0)
      .map((one) => `${one.names.join('|')}) chosen=${single(one.choices.join(' '))};;`);
    const kinds = place.options.filter((one) => one.kind !== undefined).map((one) => `${one.names.join('|')}) kind=${one.kind};;`);
    const live = kinds.length === 0 ? '' : ` case "$before" in ${kinds.join(' ')} esac;`;
    const argument = place.kind === undefined ? '' : ` argument=${place.kind};`;
    const inner = chosen.length === 0 ? '' : ` case "$before" in ${chosen.join(' ')} esac;`;
    return `    ${single(place.path)}) words=${single(words.join(' '))};${argument}${inner}${live};`;
  });
  return `# cellplane completion for bash
# What is there, as the server says; it is never run or expanded.
_cellplane_names() {
  local line name
  while IFS= read -r line; do
    name="\${line%%$'\\t'*}"
    [[ "$name" == "$current"* ]] && COMPREPLY+=("$(printf %q "$name")")
  done < <(cellplane completion names "$1" -- "\${COMP_WORDS[@]:1}" 2>/dev/null)
}
_cellplane() {
  local at=cellplane words='' chosen='' kind='' argument='' before="\${COMP_WORDS[COMP_CWORD-1]}" current="\${COMP_WORDS[COMP_CWORD]}" index word
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "$word" in
      ${valued.join('|')}) ((index++)); continue;;
      -*) continue;;
    esac
    case "$at $word" in
      ${paths.join('|')}) at="$at $word";;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  COMPREPLY=()
  case "$before" in
    ${files.join('|')}) ;;
    ${valued.join('|')}) [[ -z "$chosen" ]] || COMPREPLY=($(compgen -W "$chosen" -- "$current")); [[ -z "$kind" ]] || _cellplane_names "$kind";;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")); [[ -z "$argument" || "$current" == -* ]] || _cellplane_names "$argument";;
  esac
}
complete -o default -F _cellplane cellplane
`;
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
