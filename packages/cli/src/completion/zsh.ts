import { type NameKind, type Place, type PlaceOption, single } from './places.js';

/** A script for zsh: a file `_cellplane` in a folder of `fpath`, or sourced after `compinit`. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef cellplane
# cellplane completion for zsh
# What is there, as the server says; it is never run or expanded.
_cellplane_names() {
  local -a lines
  lines=("\${(@f)$(cellplane completion names $1 -- "\${(@)words[2,-1]}" 2>/dev/null)}")
  compadd -- \${lines%%$'\\t'*}
}
_cellplane() {
  local at=cellplane index word
  for ((index = 2; index < CURRENT; index++)); do
    word=$words[index]
    case "$at $word" in
      ${places
        .filter(({ path }) => path.includes(' '))
        .map(({ path }) => single(path))
        .join('|')}) at="$at $word" ;;
    esac
  done
  local -a found
  case "$at" in
${places.map(placeCase).join('\n')}
  esac
}
if [[ "$funcstack[1]" == _cellplane ]]; then _cellplane "$@"; else compdef _cellplane cellplane; fi
`;
}

function placeCase(place: Place): string {
  const specs = place.options.map((option) => `      ${optionSpec(option)}`).join(' \\\n');
  const commands = [...place.commands, ...place.words.map((name) => ({ name, description: '' }))];
  const found = commands.map(({ name, description }) => single(`${name.replaceAll(':', '\\:')}:${description}`)).join(' ');
  const described = commands.length === 0 ? '' : `      found=(${found})\n      [[ $words[CURRENT] == -* ]] || _describe command found\n`;
  return `    ${single(place.path)})\n${described}      _arguments \\\n${specs} \\\n      ${single(`*:argument:${place.kind !== undefined ? live(place.kind) : commands.length === 0 ? '_files' : ' '}`)} ;;`;
}

/** \`'(-o --output)'{-o,--output}'[what]:value:(table json)'\`. */
function optionSpec({ names, description, takesValue, choices, isFile, kind }: PlaceOption): string {
  const value = isFile
    ? ':path:_files'
    : choices.length > 0
      ? `:value:(${choices.join(' ')})`
      : kind !== undefined
        ? `:value:${live(kind)}`
        : takesValue
          ? ':value: '
          : '';
  const tail = single(`[${description.replaceAll(/[[\]:]/g, ' ')}]${value}`);
  return names.length > 1 ? `'(${names.join(' ')})'{${names.join(',')}}${tail}` : `'${names.join('')}'${tail}`;
}

function live(kind: NameKind): string {
  return `{_cellplane_names ${kind}}`;
}
