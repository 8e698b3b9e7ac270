import * as z from 'zod/mini';
import { readRegularFile } from '../../../util/fs.ts';
import { ReportError } from '../report/report-file.ts';

const maxBytes = 1024 * 1024;

const manifest = z.array(
  z.object({
    url: z.string(),
    isRepresentativeRun: z.boolean(),
    /** Absolute, on the machine that ran Lighthouse. */
    jsonPath: z.optional(z.string()),
    summary: z.record(z.string(), z.nullable(z.number().check(z.minimum(0), z.maximum(1)))),
  }),
);

export type Manifest = z.infer<typeof manifest>;

/**
 * Reads the `manifest.json` that Lighthouse CI writes with `upload --target=filesystem`. Resolves with null if the
 * file does not exist or is not such a manifest. Throws `FileError` or `ReportError`.
 */
export async function readManifest(path: string): Promise<Manifest | null> {
  const json = await readJson(path);
  if (!Array.isArray(json) || !hasKey(json[0], 'isRepresentativeRun')) return null;
  const parsed = manifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const key = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ReportError(`"${key}": does not match the format of Lighthouse CI`);
}

const configuration = z.object({
  ci: z.optional(z.object({ upload: z.optional(z.object({ outputDir: z.optional(z.string()) })) })),
});

/**
 * Resolves with the `outputDir` of a `lighthouserc` in JSON, JavaScript or YAML; null if it has none. JavaScript is
 * read, not run: throws `ReportError` if its `outputDir` is not a string literal.
 */
export async function readOutputDir(path: string): Promise<string | null> {
  if (path.endsWith('.json')) {
    const parsed = configuration.safeParse(await readJson(path));
    return parsed.data?.ci?.upload?.outputDir ?? null;
  }
  const file = await readRegularFile(path, { maxBytes });
  const text = file?.bytes.toString() ?? '';
  if (/\.ya?ml$/.test(path)) {
    const [, quoted, plain] =
      /^[ \t]*outputDir:[ \t]*(?:["']([^"'\n]+)["']|([^\s"'#&*!|>][^\n#]*))/m.exec(text) ?? [];
    return quoted ?? plain?.trim() ?? null;
  }
  const code = text.replaceAll(/(^|\s)\/\/[^\n]*|\/\*[^]*?\*\//g, '$1');
  const [, value] = /\boutputDir["']?\s*:\s*([^\n,}]+)/.exec(code) ?? [];
  if (value === undefined) return null;
  const [, , literal] = /^(["'`])([^"'`$\\]+)\1/.exec(value) ?? [];
  if (literal !== undefined) return literal;
  throw new ReportError(
    'its outputDir is not a string literal and is not read: add the reports to quality.lighthouse.paths',
  );
}

async function readJson(path: string): Promise<unknown> {
  const file = await readRegularFile(path, { maxBytes });
  if (!file) return null;
  try {
    return JSON.parse(file.bytes.toString()) as unknown;
  } catch (error) {
    throw new ReportError('is not valid JSON', { cause: error });
  }
}

const hasKey = (value: unknown, key: string): boolean =>
  typeof value === 'object' && value !== null && key in value;
