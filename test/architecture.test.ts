import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../src');

/** Which rooms a room may import from; the rooms are the folders and files directly below `src/`. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  errors: [],
  system: [],
  pause: [],
  files: ['errors'],
  workspace: ['contract', 'errors', 'files'],
  config: ['contract', 'errors', 'files', 'system', 'workspace'],
  store: ['contract', 'errors', 'files', 'workspace'],
  repository: ['contract', 'errors', 'files', 'system', 'pause'],
  discovery: ['contract', 'errors', 'files', 'system', 'repository', 'pause'],
  syncs: ['contract', 'errors', 'files', 'system', 'repository', 'discovery', 'pause'],
  analytics: ['contract', 'errors', 'pause'],
  schedule: ['contract', 'errors', 'files', 'system', 'workspace'],
  run: [
    'contract',
    'errors',
    'files',
    'system',
    'workspace',
    'store',
    'syncs/sync',
    'analytics',
    'pause',
  ],
  notify: ['contract', 'errors', 'system', 'workspace', 'store', 'run'],
  metrics: ['contract', 'errors', 'files'],
  doctor: [
    'contract',
    'errors',
    'system',
    'workspace',
    'config',
    'store',
    'discovery',
    'syncs',
    'schedule',
    'run',
    'notify',
    'files',
  ],
  views: [
    'contract',
    'errors',
    'run (types)',
    'schedule (types)',
    'analytics (types)',
    'doctor (types)',
  ],
  commands: [
    'contract',
    'errors',
    'files',
    'system',
    'workspace',
    'config',
    'store',
    'repository',
    'discovery',
    'syncs',
    'analytics',
    'schedule',
    'run',
    'notify',
    'metrics',
    'doctor',
    'views',
  ],
  cli: ['commands', 'program', 'contract (types)', 'errors', 'files', 'system', 'views'],
  program: ['commands', 'contract/sync-names', 'errors', 'system'],
  'node-system': ['errors', 'system'],
  main: ['cli', 'node-system'],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/'));
const imports = files.flatMap(importsOf);

function importsOf(file: string): readonly Import[] {
  const path = join(source, file);
  const tree = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    if (!specifier.startsWith('.')) return;
    const to = relative(source, resolve(dirname(path), specifier))
      .split(sep)
      .join('/');
    if (!to.startsWith('..')) found.push({ from: file, to, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      const typeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly;
      add(node.moduleSpecifier.text, typeOnly);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier && ts.isStringLiteral(specifier)) add(specifier.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const roomOf = (file: string): string => (file.split('/')[0] ?? '').replace(/\.ts$/, '');

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const room = roomOf(from);
  const target = roomOf(to);
  if (room === target) return room !== 'syncs' || isAllowedBetweenSyncs(from, to);
  return (allowed[room] ?? []).some(
    (entry) =>
      entry === target || `${entry}.ts` === to || (typeOnly && entry === `${target} (types)`),
  );
}

/** A sync knows the interface, never another sync; only the registry knows all three. */
function isAllowedBetweenSyncs(from: string, to: string): boolean {
  const [, fromSync = ''] = from.split('/');
  const [, toSync = ''] = to.split('/');
  return fromSync === toSync || fromSync === 'index.ts' || toSync === 'sync.ts';
}

describe('the import directions', () => {
  test('are described for every room', () => {
    expect([...new Set(files.map(roomOf))].toSorted()).toEqual(Object.keys(allowed).toSorted());
  });

  test('point back up the story of a run, never sideways', () => {
    const broken = imports
      .filter((one) => !isAllowed(one))
      .map(({ from, to, typeOnly }) => `${from} -> ${to}${typeOnly ? ' (types)' : ''}`);
    expect(broken).toEqual([]);
  });

  test('form no cycle between files', () => {
    expect(findCycle()).toBeNull();
  });

  test('would be seen if they were broken', () => {
    const broken: readonly Import[] = [
      { from: 'store/store.ts', to: 'run/plan.ts', typeOnly: false },
      { from: 'syncs/tokens/index.ts', to: 'syncs/quality/index.ts', typeOnly: false },
      { from: 'views/status.ts', to: 'run/plan.ts', typeOnly: false },
      { from: 'run/plan.ts', to: 'syncs/index.ts', typeOnly: false },
    ];
    expect(broken.filter(isAllowed)).toEqual([]);
  });
});

function findCycle(): readonly string[] | null {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const { to, typeOnly } of imports.filter(({ from }) => from === file)) {
      if (typeOnly) continue;
      const cycle = walk(to, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of files) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return null;
}
