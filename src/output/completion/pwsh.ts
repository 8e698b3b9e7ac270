import { spellings, type CompletionFlag, type CompletionTree } from './tree.ts';

/** For PowerShell 5.1 and newer. */
export function pwshCompletion({ program, commands, flags }: CompletionTree): string {
  const entry = (word: string, description: string): string =>
    `    ${quoted(word)} = ${quoted(description)}\n`;
  const table = (all: readonly CompletionFlag[], more: readonly string[]): string =>
    [
      ...more.map((word) => entry(word, word)),
      ...all.flatMap((flag) => spellings(flag).map((word) => entry(word, flag.description))),
    ].join('');
  const values = [
    ...flags.map((flag) => ['', flag] as const),
    ...commands.flatMap(({ name, flags: own }) => own.map((flag) => [name, flag] as const)),
  ].flatMap(([name, flag]) =>
    typeof flag.takes === 'string'
      ? []
      : spellings(flag).map((word) => {
          const list = flag.takes as readonly string[];
          return `    ${quoted(`${name} ${word}`)} = ${list.map(quoted).join(', ')}\n`;
        }),
  );
  const tables = commands.map(({ name, values: first, flags: own }) => {
    return `  ${quoted(name)} = [ordered]@{\n${table([...own, ...flags], first ?? [])}  }\n`;
  });
  const described = commands.map(({ name, description }) => entry(name, description));
  return `# PowerShell completion of ${program}: ${program} completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${quoted(program)} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $values = @{
${values.join('')}  }
  $tables = @{
  '' = [ordered]@{
${described.join('')}${table(flags, [])}  }
${tables.join('')}  }
  $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() } | Select-Object -Skip 1)
  if ($wordToComplete -ne '' -and $words.Count -gt 0) { $words = @($words | Select-Object -SkipLast 1) }
  $command = $words | Where-Object { $_ -ne '' -and $tables.ContainsKey($_) } | Select-Object -First 1
  $key = "$command " + ($words | Select-Object -Last 1)
  if ($values.ContainsKey($key)) {
    $values[$key] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
    return
  }
  $tables["$command"].GetEnumerator() | Where-Object { $_.Key -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterName', $_.Value)
  }
}
`;
}

/** PowerShell expands nothing in single quotes; a quote is doubled. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
