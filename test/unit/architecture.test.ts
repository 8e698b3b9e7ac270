import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { describe, expect, test } from 'vitest';

const source = resolve(import.meta.dirname, '../../src');

/** The directories and files directly below `src/`: an import points to the same line or further down. */
const layers: readonly (readonly string[])[] = [
  ['main'],
  ['cli'],
  ['commands'],
  ['run'],
  ['setup', 'doctor', 'schedule', 'notify', 'metrics', 'publish', 'report', 'analytics', 'health'],
  ['output'],
  ['syncs'],
  ['discovery'],
  ['linguist'],
  ['git'],
  ['store', 'lock'],
  ['config'],
  ['schema'],
  ['system'],
  ['util'],
];

/** Text is made of data of any layer: below a type is all that it may import from further up. */
const typesOfHigherLayers: readonly string[] = ['output', 'doctor', 'notify', 'metrics', 'report'];

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
  const text = readFileSync(path, 'utf8');
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module;
  const isType = ({ start }: { readonly start: number }): boolean =>
    /^(?:import|export) type\b/.test(text.slice(start, start + 12));
  const specifiers = [
    ...staticImports.map((one) => [one.moduleRequest.value, isType(one)] as const),
    ...staticExports.flatMap((one) => {
      const from = one.entries.find(({ moduleRequest }) => moduleRequest)?.moduleRequest;
      return from ? [[from.value, isType(one)] as const] : [];
    }),
    // With their quotes.
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => {
      return [text.slice(start + 1, end - 1), false] as const;
    }),
  ];
  return specifiers.flatMap(([specifier, typeOnly]) => {
    const to = relative(source, resolve(dirname(path), specifier))
      .split(sep)
      .join('/');
    return specifier.startsWith('.') && !to.startsWith('..') ? [{ from: file, to, typeOnly }] : [];
  });
}

const directoryOf = (file: string): string => (file.split('/')[0] ?? '').replace(/\.ts$/, '');
const layerOf = (file: string): number =>
  layers.findIndex((layer) => layer.includes(directoryOf(file)));

function isAllowed({ from, to, typeOnly }: Import): boolean {
  if (typeOnly && typesOfHigherLayers.includes(directoryOf(from))) return true;
  if (layerOf(to) < layerOf(from)) return false;
  if (directoryOf(from) !== 'syncs') return true;
  // The run stores what a sync returns.
  return directoryOf(to) === 'syncs'
    ? isAllowedBetweenSyncs(from, to)
    : !['store', 'lock'].includes(directoryOf(to));
}

/** A sync knows the interface, never another sync; only the registry imports all of them. */
function isAllowedBetweenSyncs(from: string, to: string): boolean {
  const [, fromSync = ''] = from.split('/');
  const [, toSync = ''] = to.split('/');
  return fromSync === toSync || fromSync === 'registry.ts' || toSync === 'sync.ts';
}

describe('imports', () => {
  test('are described for every directory below src/', () => {
    expect([...new Set(files.map(directoryOf))].toSorted()).toEqual(layers.flat().toSorted());
  });

  test('point to the same layer or a lower one', () => {
    const broken = imports
      .filter((one) => !isAllowed(one))
      .map(({ from, to, typeOnly }) => `${from} -> ${to}${typeOnly ? ' (types)' : ''}`);
    expect(broken).toEqual([]);
  });

  test('form no cycle between files', () => {
    expect(findCycle()).toBeNull();
  });

  test('that break a rule are detected', () => {
    const broken: readonly Import[] = [
      { from: 'store/store.ts', to: 'run/plan.ts', typeOnly: false },
      { from: 'syncs/tokens/index.ts', to: 'syncs/quality/index.ts', typeOnly: false },
      { from: 'output/commands/status-text.ts', to: 'run/plan.ts', typeOnly: false },
      { from: 'syncs/tokens/index.ts', to: 'store/store.ts', typeOnly: false },
    ];
    expect(broken.filter(isAllowed)).toEqual([]);
  });
});

function findCycle(): readonly string[] | null {
  const done = new Set<string>();
  const importsFrom = new Map(files.map((file) => [file, [] as Import[]]));
  for (const one of imports) importsFrom.get(one.from)?.push(one);
  const walk = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const { to, typeOnly } of importsFrom.get(file) ?? []) {
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
