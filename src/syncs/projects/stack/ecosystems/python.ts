import * as z from 'zod/mini';
import type { Ecosystem, ManifestFacts } from '../ecosystem.ts';
import { textOrNull, keysOf, textItems } from '../lenient-fields.ts';
import { parseToml } from '../parse-toml.ts';

const tables = <Item extends z.core.$ZodType>(item: Item) =>
  z.catch(z.record(z.string(), item), {});
const poetryTable = z.object({
  description: textOrNull,
  license: textOrNull,
  dependencies: z.catch(z.record(z.string(), z.unknown()), {}),
  'dev-dependencies': keysOf,
  group: tables(z.object({ dependencies: keysOf })),
});
const project = z.object({
  description: textOrNull,
  // A string since PEP 639; earlier `{ text }` or `{ file }`.
  license: z.catch(z.nullable(z.union([z.string(), z.object({ text: z.string() })])), null),
  'requires-python': textOrNull,
  dependencies: textItems,
  'optional-dependencies': tables(textItems),
});
const pyproject = z.object({
  project: z.catch(z.optional(project), undefined),
  'dependency-groups': tables(textItems),
  tool: z.catch(
    z.object({
      poetry: z.catch(z.optional(poetryTable), undefined),
      uv: z.optional(z.unknown()),
      pdm: z.optional(z.unknown()),
      pixi: z.optional(z.unknown()),
    }),
    {},
  ),
});
const pipfile = z.object({
  packages: keysOf,
  'dev-packages': keysOf,
  requires: z.catch(z.object({ python_version: textOrNull }), { python_version: null }),
});

/** Returns the normalized name of a requirement such as `Django[argon2] >= 5` (PEP 503, PEP 508). */
const requirementName = (requirement: string): string =>
  normalName(/^\s*([A-Za-z0-9][A-Za-z0-9._-]{0,100})/.exec(requirement)?.[1] ?? '');
const normalName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

async function readPyproject(text: string): Promise<Partial<ManifestFacts>> {
  const manifest = pyproject.parse(await parseToml(text));
  const { poetry, ...tools } = manifest.tool;
  const { project: main } = manifest;
  const license = typeof main?.license === 'string' ? main.license : main?.license?.text;
  const python = main?.['requires-python'] ?? poetry?.dependencies['python'];
  return {
    runtimes: { python: typeof python === 'string' ? python : null },
    description: main?.description ?? poetry?.description ?? null,
    license: license ?? poetry?.license ?? null,
    dependencies: [
      ...(main?.dependencies ?? []),
      ...Object.values(main?.['optional-dependencies'] ?? {}).flat(),
      ...Object.values(manifest['dependency-groups']).flat(),
      ...Object.keys(poetry?.dependencies ?? {}),
      ...(poetry?.['dev-dependencies'] ?? []),
      ...Object.values(poetry?.group ?? {}).flatMap(({ dependencies }) => dependencies),
    ].map(requirementName),
    impliedPackageManager:
      (['uv', 'pdm', 'pixi'] as const).find((tool) => tools[tool] !== undefined) ??
      (poetry === undefined ? null : 'poetry'),
  };
}

async function readPipfile(text: string): Promise<Partial<ManifestFacts>> {
  const manifest = pipfile.parse(await parseToml(text));
  return {
    runtimes: { python: manifest.requires.python_version },
    dependencies: [...manifest.packages, ...manifest['dev-packages']].map(normalName),
  };
}

const readRequirements = (text: string): Partial<ManifestFacts> => ({
  dependencies: text.split('\n').map(requirementName),
});

export const python: Ecosystem = {
  languages: ['Python', 'Jupyter Notebook', 'Cython'],
  manifests: [
    { file: /^pyproject\.toml$/, read: readPyproject },
    { file: /^Pipfile$/, read: readPipfile, packageManager: 'pipenv' },
    {
      file: /^setup\.cfg$/,
      description: /^description[ \t]?=[ \t]?([^\s:][^\n]{0,1000})/m,
      license: /^license[ \t]?=[ \t]?([^\n]{1,100})/m,
      dependencies: /^[ \t]{1,8}([A-Za-z][\w.-]{1,60})/gm,
      runtimes: { python: /^python_requires[ \t]?=[ \t]?([^\n]{1,40})/m },
      normalize: normalName,
    },
    {
      file: /^setup\.py$/,
      // setuptools.pypa.io/en/latest/userguide
      description: /\bdescription[ \t]?=[ \t]?["']([^"'\n]{1,1000})["']/,
      license: /\blicense[ \t]?=[ \t]?["']([^"'\n]{1,100})["']/,
      dependencies:
        /["']([A-Za-z][\w.-]{1,60})[ \t]{0,4}(?:\[[\w,]{1,60}\])?[ \t]{0,4}(?:[<>=~!][^"'\n]{0,60})?["']/g,
      runtimes: { python: /\bpython_requires[ \t]?=[ \t]?["']([^"'\n]{1,40})["']/ },
      normalize: normalName,
    },
    { file: /^requirements\.txt$/, read: readRequirements, packageManager: 'pip' },
    {
      file: /^environment\.ya?ml$/,
      // docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html
      dependencies: /^[ \t]{1,12}- (?:[\w-]{1,40}::)?([A-Za-z][\w.-]{1,60})/gm,
      runtimes: { python: /^[ \t]{1,12}- python[ \t]{0,4}([<>=~!]{0,2}[ \t]{0,4}[\d.*]{1,20})/m },
      normalize: normalName,
      packageManager: 'conda',
    },
  ],
  lockFiles: {
    'uv.lock': 'uv',
    'poetry.lock': 'poetry',
    'pdm.lock': 'pdm',
    'pixi.lock': 'pixi',
    'Pipfile.lock': 'pipenv',
  },
  frameworks: {
    aiohttp: 'aiohttp',
    bottle: 'Bottle',
    dash: 'Dash',
    django: 'Django',
    djangorestframework: 'Django REST framework',
    falcon: 'Falcon',
    fastapi: 'FastAPI',
    flask: 'Flask',
    gradio: 'Gradio',
    jax: 'JAX',
    keras: 'Keras',
    litestar: 'Litestar',
    pyramid: 'Pyramid',
    quart: 'Quart',
    sanic: 'Sanic',
    scrapy: 'Scrapy',
    starlette: 'Starlette',
    streamlit: 'Streamlit',
    tensorflow: 'TensorFlow',
    torch: 'PyTorch',
    tornado: 'Tornado',
    wagtail: 'Wagtail',
  },
};
