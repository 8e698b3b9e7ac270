import * as z from 'zod/mini';
import type { Ecosystem, ManifestFacts } from '../ecosystem.ts';
import { textOrNull, keysOf, textEntries } from '../lenient-fields.ts';

const typed = z.object({ type: z.string() });
const engine = z.object({ name: z.string(), version: textOrNull });
const packageJson = z.object({
  description: textOrNull,
  // `{ type }` and `licenses: [{ type }]` are deprecated forms of npm before 2014.
  license: z.catch(z.nullable(z.union([z.string(), typed])), null),
  licenses: z.catch(z.array(typed), []),
  dependencies: keysOf,
  devDependencies: keysOf,
  peerDependencies: keysOf,
  packageManager: textOrNull,
  engines: textEntries,
  volta: textEntries,
  devEngines: z.catch(
    z.object({ packageManager: z.optional(z.unknown()), runtime: z.optional(z.unknown()) }),
    {},
  ),
});

function readPackageJson(text: string): Partial<ManifestFacts> {
  const manifest = packageJson.parse(JSON.parse(text));
  const { license, licenses } = manifest;
  const single = typeof license === 'string' ? license : license?.type;
  return {
    description: manifest.description,
    license: single ?? (licenses.map(({ type }) => type).join(' OR ') || null),
    dependencies: [
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.peerDependencies,
    ],
    packageManager: managerOf(
      manifest.packageManager,
      devEngines(manifest.devEngines.packageManager).map(({ name }) => name),
    ),
    runtimes: runtimesOf({
      ...Object.fromEntries(
        devEngines(manifest.devEngines.runtime).map(({ name, version }) => [name, version ?? '']),
      ),
      ...manifest.engines,
      ...manifest.volta,
    }),
  };
}

/** Returns the valid items of one engine or a list (docs.npmjs.com/cli/configuring-npm/package-json#devengines). */
const devEngines = (value: unknown): z.infer<typeof engine>[] =>
  [value].flat().flatMap((one) => engine.safeParse(one).data ?? []);

/** Returns the name in `pnpm@9.1.0+sha512…` (nodejs.org/api/corepack.html), or else the first in `devEngines`. */
const managerOf = (field: string | null, engines: readonly string[]): string | null =>
  /^(npm|pnpm|yarn|bun)@/.exec(field ?? '')?.[1] ??
  engines.find((name) => /^(npm|pnpm|yarn|bun)$/.test(name)) ??
  null;

const runtimesOf = (versions: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(versions).filter(([name]) => ['bun', 'deno', 'node'].includes(name)),
  );

const denoJson = z.object({ imports: z.catch(z.record(z.string(), z.unknown()), {}) });

/** Longer than any package name. */
const maxSpecifier = 300;

/** Reads import specifiers such as `jsr:@oak/oak@^17` or `npm:hono@4` (docs.deno.com/runtime/fundamentals/modules). */
function readDenoJson(text: string): Partial<ManifestFacts> {
  // JSON with comments would need another parser: the imports stay unknown then.
  const parsed: unknown = /^[ \t]*\/[/*]/m.test(text) ? {} : JSON.parse(text);
  const { imports } = denoJson.parse(parsed);
  const specifiers = Object.values(imports).flatMap((one) => (typeof one === 'string' ? one : []));
  return {
    dependencies: specifiers.map((one) =>
      one
        .slice(0, maxSpecifier)
        .replace(/^(?:jsr|npm):\/?/, '')
        .replace(/(.)@[^/]{0,60}.*$/, '$1'),
    ),
  };
}

export const javascript: Ecosystem = {
  languages: ['JavaScript', 'TypeScript', 'Vue', 'Svelte', 'Astro', 'CoffeeScript'],
  manifests: [
    { file: /^package\.json$/, read: readPackageJson },
    { file: /^deno\.jsonc?$/, read: readDenoJson, packageManager: 'deno' },
  ],
  lockFiles: {
    'pnpm-lock.yaml': 'pnpm',
    'yarn.lock': 'yarn',
    'bun.lock': 'bun',
    'bun.lockb': 'bun',
    'package-lock.json': 'npm',
    'npm-shrinkwrap.json': 'npm',
    'deno.lock': 'deno',
    'pnpm-workspace.yaml': 'pnpm',
    '.yarnrc.yml': 'yarn',
    'bunfig.toml': 'bun',
  },
  frameworks: {
    '@11ty/eleventy': 'Eleventy',
    '@adonisjs/core': 'AdonisJS',
    '@angular/core': 'Angular',
    '@docusaurus/core': 'Docusaurus',
    '@feathersjs/feathers': 'Feathers',
    '@hapi/hapi': 'hapi',
    '@ionic/core': 'Ionic',
    '@nestjs/core': 'NestJS',
    '@fresh/core': 'Fresh',
    '@oak/oak': 'Oak',
    '@remix-run/react': 'Remix',
    '@strapi/strapi': 'Strapi',
    '@sveltejs/kit': 'SvelteKit',
    '@tauri-apps/api': 'Tauri',
    'ember-source': 'Ember',
    'react-native': 'React Native',
    'solid-js': 'Solid',
    alpinejs: 'Alpine.js',
    astro: 'Astro',
    electron: 'Electron',
    expo: 'Expo',
    express: 'Express',
    fastify: 'Fastify',
    gatsby: 'Gatsby',
    hono: 'Hono',
    koa: 'Koa',
    lit: 'Lit',
    next: 'Next.js',
    nuxt: 'Nuxt',
    preact: 'Preact',
    react: 'React',
    svelte: 'Svelte',
    tailwindcss: 'Tailwind CSS',
    vitepress: 'VitePress',
    vue: 'Vue',
  },
};
