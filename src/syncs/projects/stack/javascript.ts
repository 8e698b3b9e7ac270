import * as z from 'zod/mini';
import { manifestFacts, type Ecosystem, type ManifestFacts } from './ecosystem.ts';
import { maybeText, namesOf } from './tolerant.ts';

const typed = z.object({ type: z.string() });
const packageJson = z.object({
  description: maybeText,
  // `{ type }` and `licenses: [{ type }]` are the forms of npm before 2014.
  license: z.catch(z.nullable(z.union([z.string(), typed])), null),
  licenses: z.catch(z.array(typed), []),
  dependencies: namesOf,
  devDependencies: namesOf,
  peerDependencies: namesOf,
  packageManager: maybeText,
});

function readPackageJson(text: string): ManifestFacts {
  const manifest = packageJson.parse(JSON.parse(text));
  const { license, licenses } = manifest;
  const single = typeof license === 'string' ? license : license?.type;
  return manifestFacts({
    description: manifest.description,
    license: single ?? (licenses.map(({ type }) => type).join(' OR ') || null),
    dependencies: [
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.peerDependencies,
    ],
    // For example `pnpm@9.1.0+sha512…` (nodejs.org/api/corepack.html).
    packageManager: /^(npm|pnpm|yarn|bun)@/.exec(manifest.packageManager ?? '')?.[1] ?? null,
  });
}

export const javascript: Ecosystem = {
  manifests: [{ file: /^package\.json$/, read: readPackageJson, packageManager: null }],
  lockFiles: {
    'pnpm-lock.yaml': 'pnpm',
    'yarn.lock': 'yarn',
    'bun.lock': 'bun',
    'bun.lockb': 'bun',
    'package-lock.json': 'npm',
    'npm-shrinkwrap.json': 'npm',
    'deno.lock': 'deno',
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
