/** Plain data as block YAML. A word that YAML could take for anything else is a JSON string, which YAML reads. */
export function yamlText(value: object, indent = ''): string {
  const entries = Array.isArray(value)
    ? value.map((item: unknown) => ['-', item] as const)
    : Object.entries(value).map(([key, item]) => [`${scalar(key)}:`, item as unknown] as const);
  return entries.map(([lead, item]) => `${indent}${lead}${entryText(lead, item, indent)}`).join('');
}

function entryText(lead: string, item: unknown, indent: string): string {
  if (typeof item !== 'object' || item === null) return ` ${scalar(item)}\n`;
  const deeper = yamlText(item, `${indent}  `);
  // An entry of a list starts on the line of its dash.
  return lead === '-' ? ` ${deeper.trimStart()}` : `\n${deeper}`;
}

function scalar(value: unknown): string {
  const isPlain = typeof value === 'string' && /^[A-Za-z/][\w./-]*$/.test(value);
  const isWord = isPlain && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isWord ? value : JSON.stringify(value);
}
