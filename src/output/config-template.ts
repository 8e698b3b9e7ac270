/** Returns the text of a new `sync.json`, with the keys that are usually changed. */
export function configTemplate(options: {
  readonly roots: readonly string[];
  /** Path of the JSON Schema relative to the file; null if it is missing. */
  readonly schema: string | null;
}): string {
  const schema = options.schema === null ? '' : `  "$schema": ${JSON.stringify(options.schema)},\n`;
  const roots = options.roots.map((root) => JSON.stringify(root)).join(', ');
  return `// Configuration of sync-runner. Comments and trailing commas are allowed; every key is optional.
{
${schema}  // Minutes between two runs, 1 to 1440.
  "intervalMinutes": 15,

  // The enabled syncs.
  "syncs": ["tokens", "quality", "projects"],

  "projects": {
    // Directories that are searched for projects. "~" is your home directory.
    "roots": [${roots}],
    // Depth of the search, in directories.
    "maxDepth": 4,
    // Globs, relative to a root, for example "archive/**".
    "exclude": []
  },

  "tokens": {
    // Time zone of the days.
    "timeZone": "UTC"
    // "budget": { "monthly": 200, "currency": "USD" }
  },

  "quality": {
    "todo": { "tags": ["TODO", "FIXME"] }
  }
}
`;
}
