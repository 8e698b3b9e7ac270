import * as z from 'zod/mini';
import type { Ecosystem, ManifestFacts } from '../ecosystem.ts';
import { textOrNull, keysOf } from '../lenient-fields.ts';
import { parseToml } from '../parse-toml.ts';

// A field may be `{ workspace = true }`: then the value of the workspace applies.
const packageTable = z.catch(
  z.optional(
    z.object({ description: textOrNull, license: textOrNull, 'rust-version': textOrNull }),
  ),
  undefined,
);
const cargoToml = z.object({
  package: packageTable,
  workspace: z.catch(
    z.optional(z.object({ package: packageTable, dependencies: keysOf })),
    undefined,
  ),
  dependencies: keysOf,
  'dev-dependencies': keysOf,
});

async function readCargoToml(text: string): Promise<Partial<ManifestFacts>> {
  const { package: own, workspace, ...manifest } = cargoToml.parse(await parseToml(text));
  const license = own?.license ?? workspace?.package?.license ?? null;
  return {
    runtimes: { rust: own?.['rust-version'] ?? workspace?.package?.['rust-version'] },
    description: own?.description ?? workspace?.package?.description ?? null,
    // `MIT/Apache-2.0` is the deprecated form of OR (doc.rust-lang.org/cargo/reference/manifest.html).
    license: license?.replaceAll('/', ' OR ') ?? null,
    dependencies: [
      ...manifest.dependencies,
      ...manifest['dev-dependencies'],
      ...(workspace?.dependencies ?? []),
    ],
  };
}

export const rust: Ecosystem = {
  languages: ['Rust'],
  manifests: [{ file: /^Cargo\.toml$/, read: readCargoToml, packageManager: 'cargo' }],
  lockFiles: { 'Cargo.lock': 'cargo' },
  frameworks: {
    'actix-web': 'Actix Web',
    axum: 'Axum',
    bevy: 'Bevy',
    dioxus: 'Dioxus',
    egui: 'egui',
    iced: 'Iced',
    leptos: 'Leptos',
    poem: 'Poem',
    rocket: 'Rocket',
    tauri: 'Tauri',
    warp: 'warp',
    yew: 'Yew',
  },
};
