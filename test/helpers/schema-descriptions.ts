import { resolve } from 'node:path';
import ts from 'typescript';
import type { z } from 'zod/mini';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A schema of the code, by the name of its export and its module. */
export interface SchemaExport {
  readonly schema: JsonSchema;
  readonly module: string;
  readonly name: string;
}

/**
 * Adds the comments of the code to JSON Schemas, as descriptions of the properties without one. The inferred types of
 * zod keep the comments of the properties that they are made of.
 */
export function addDescriptions(root: string, exports: readonly SchemaExport[]): void {
  const entry = resolve(root, 'test/helpers/schema-types.ts');
  const lines = exports.map(
    ({ module, name }, index) =>
      `export type Type${String(index)} = z.output<typeof import('${resolve(root, module)}').${name}>;`,
  );
  const text = `import type * as z from 'zod/mini';\n${lines.join('\n')}`;
  const options: ts.CompilerOptions = {
    ...{ strict: true, skipLibCheck: true, allowImportingTsExtensions: true, noEmit: true },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, types: [] },
    // Without the types of browsers, which are large.
    lib: ['lib.es2022.d.ts'],
  };
  const host = ts.createCompilerHost(options);
  const original = { ...host };
  host.readFile = (path) => (path === entry ? text : original.readFile(path));
  host.fileExists = (path) => path === entry || original.fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === entry
      ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022)
      : original.getSourceFile(path, ...rest);
  const program = ts.createProgram([entry], options, host);
  const checker = program.getTypeChecker();
  const types: ts.Type[] = [];
  program.getSourceFile(entry)?.forEachChild((node) => {
    if (ts.isTypeAliasDeclaration(node)) types.push(checker.getTypeAtLocation(node));
  });
  for (const [index, { schema }] of exports.entries()) {
    const type = types[index];
    if (type !== undefined) describe(schema, type, checker);
  }
}

function describe(schema: JsonSchema, type: ts.Type, checker: ts.TypeChecker): void {
  const known = checker.getNonNullableType(type);
  for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    describe(one, known, checker);
  }
  const members = known.isUnion() ? known.types : [known];
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (typeof property !== 'object') continue;
    for (const member of members) {
      const symbol = member.getProperty(key);
      if (symbol === undefined) continue;
      const text = commentOf(symbol, checker) || usualText(key);
      if (text !== '') property.description ??= text.replaceAll(/\s+/g, ' ');
      describe(property, checker.getTypeOfSymbol(symbol), checker);
    }
  }
  for (const [kind, inner] of [
    [ts.IndexKind.Number, schema.items],
    [ts.IndexKind.String, schema.additionalProperties],
  ] as const) {
    const element = checker.getIndexTypeOfType(known, kind);
    if (element !== undefined && typeof inner === 'object' && !Array.isArray(inner)) {
      describe(inner, element, checker);
    }
  }
}

/** Returns the comment of a property. A property of a mapped type has none. */
function commentOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const own = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const node = symbol.valueDeclaration;
  if (own === '' && node === undefined)
    return 'The value for the sync, agent or channel of this name.';
  if (own !== '' || node === undefined || !ts.isShorthandPropertyAssignment(node)) return own;
  const value = checker.getShorthandAssignmentValueSymbol(node);
  const aliased =
    value !== undefined && (value.flags & ts.SymbolFlags.Alias) !== 0
      ? checker.getAliasedSymbol(value)
      : value;
  return ts.displayPartsToString(aliased?.getDocumentationComment(checker));
}

/** What properties mean everywhere. */
const usualTexts: readonly (readonly [RegExp, string])[] = [
  [/^schemaVersion$/, 'Raised when a field is renamed or removed, or changes its meaning.'],
  [/^updatedAt$/, 'When the content last changed.'],
  [/MicroUsd$/, 'The same amount in integer millionths of a US dollar; null if it is unknown.'],
  [/Usd$/, 'US dollars with six decimals; null if the amount is unknown.'],
  [/^hint$/, 'What to do, or null.'],
  [/^code$/, 'A stable code, see docs/diagnostics.md.'],
  [/^message$/, 'What happened, for people; not stable.'],
];

const usualText = (key: string): string =>
  usualTexts.find(([pattern]) => pattern.test(key))?.[1] ?? '';
