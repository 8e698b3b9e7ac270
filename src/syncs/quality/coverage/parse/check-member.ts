import type * as z from 'zod/mini';
import { ReportError } from '../../report/report-file.ts';

/** Returns a value of a JSON report as its schema types it. Throws `ReportError` with the path that differs. */
export function checkMember<Schema extends z.ZodMiniType>(
  schema: Schema,
  key: string,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new ReportError(`"${key}"${path && ` at ${path}`}: does not match the format`);
}
