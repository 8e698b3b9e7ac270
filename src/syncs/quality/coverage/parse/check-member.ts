import type * as z from 'zod/mini';
import { ReportError } from '../../report/report-file.ts';

/** Validates a value of a JSON report. Throws `ReportError` with the path of the first invalid member. */
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
