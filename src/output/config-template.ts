/** The text of a new `sync.json`: valid as it stands, with every key that people change. */
export function configTemplate(options: {
  readonly roots: readonly string[];
  /** Path of the JSON Schema relative to the file; null when there is none. */
  readonly schema: string | null;
}): string {
  const schema = options.schema === null ? '' : `  "$schema": ${JSON.stringify(options.schema)},\n`;
  const roots = options.roots.map((root) => JSON.stringify(root)).join(', ');
  return `// Configuration of sync-runner. Comments and trailing commas are allowed; every key is optional.
{
${schema}  // Minutes between two runs, 1 to 1440.
  "intervalMinutes": 15,

  // Which syncs are on.
  "syncs": ["tokens", "quality", "projects"],

  "projects": {
    // Folders in which projects are looked for. "~" is your home folder.
    "roots": [${roots}],
    // How many folders deep.
    "maxDepth": 4,
    // Globs, relative to a root, for example "archive/**".
    "exclude": []
  },

  "tokens": {
    // Days are cut in this time zone.
    "timeZone": "UTC"
    // "budget": { "monthly": 200, "currency": "USD" }
  },

  "quality": {
    "todo": { "tags": ["TODO", "FIXME"] }
  }
}
`;
}
