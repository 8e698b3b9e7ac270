import * as z from 'zod/mini';

/** The word for an outcome that earlier versions wrote as `ok` or `failed`. */
const currentWord = (word: unknown): unknown =>
  word === 'ok' ? 'success' : word === 'failed' ? 'error' : word;

/** Returns the schema of an outcome, which also accepts the words of earlier versions. */
export const outcomeWord = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.pipe(z.transform(currentWord), schema);

/** Returns the schema of an object with an `outcome`, which also accepts the words of earlier versions. */
export const withOutcome = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.pipe(
    z.transform((value: unknown) =>
      typeof value === 'object' && value !== null && 'outcome' in value
        ? { ...value, outcome: currentWord(value.outcome) }
        : value,
    ),
    schema,
  );
