import { quoted, spellings, type CompletionFlag, type CompletionTree } from './tree.ts';

/** For zsh with its completion system (`compinit`); as a file on `fpath`, or sourced. */
export function zshCompletion({ program, commands, flags }: CompletionTree): string {
  const specs = (all: readonly CompletionFlag[]): string =>
    all
      .flatMap(flagSpecs)
      .map((spec) => ` \\\n        ${spec}`)
      .join('');
  const cases = commands.map(({ name, values, flags: own }) => {
    const rest = values === null ? quoted('*:file:_files') : quoted(`1:what:(${values.join(' ')})`);
    return `      ${name})\n        _arguments${specs([...own, ...flags])} \\\n        ${rest} ;;\n`;
  });
  const described = commands.map(
    ({ name, description }) => `    ${quoted(`${name}:${description.replaceAll(':', '\\:')}`)}\n`,
  );
  return `#compdef ${program}
# zsh completion of ${program}: source <(${program} completion zsh)
_${program}() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands=(
${described.join('')}  )
  _arguments -C${specs(flags)} \\
        '1:command:->command' '*::argument:->argument'
  case $state in
  command) _describe command commands ;;
  argument)
    case $words[1] in
${cases.join('')}    esac ;;
  esac
}
if [[ "\${funcstack[1]}" == "_${program}" ]]; then _${program} "$@"; else compdef _${program} ${program}; fi
`;
}

/** Returns `(-q --quiet)--quiet[errors only]` for each spelling, so that zsh offers a flag once. */
function flagSpecs(flag: CompletionFlag): readonly string[] {
  const all = spellings(flag);
  const text = flag.description.replace(/[[\]:\\]/g, String.raw`\$&`);
  return all.map((spelling) => quoted(`(${all.join(' ')})${spelling}[${text}]${actionOf(flag)}`));
}

function actionOf({ takes }: CompletionFlag): string {
  if (takes === 'nothing') return '';
  if (takes === 'directory') return ':directory:_files -/';
  return takes === 'anything' ? ':value: ' : `:value:(${takes.join(' ')})`;
}
