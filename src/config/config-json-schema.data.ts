import * as z from 'zod/mini';
import { configFile } from '../schema/config.ts';

/** The JSON Schema of the configuration: the limits, defaults and descriptions of its keys as data. */
export const configJsonSchema: z.core.JSONSchema.BaseSchema = z.toJSONSchema(configFile, {
  io: 'input',
  unrepresentable: 'any',
});
