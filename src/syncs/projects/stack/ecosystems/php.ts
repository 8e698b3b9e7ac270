import * as z from 'zod/mini';
import type { Ecosystem, ManifestFacts } from '../ecosystem.ts';
import { textOrNull, keysOf } from '../lenient-fields.ts';

const composerJson = z.object({
  description: textOrNull,
  license: z.catch(z.nullable(z.union([z.string(), z.array(z.string())])), null),
  require: z.catch(z.record(z.string(), z.unknown()), {}),
  'require-dev': keysOf,
});

function readComposerJson(text: string): Partial<ManifestFacts> {
  const { description, license, ...manifest } = composerJson.parse(JSON.parse(text));
  const { php } = manifest.require;
  return {
    description,
    // A list means that any of them may be chosen (getcomposer.org/doc/04-schema.md#license).
    license: Array.isArray(license) ? license.join(' OR ') : license,
    runtimes: { php: typeof php === 'string' ? php : null },
    dependencies: [...Object.keys(manifest.require), ...manifest['require-dev']],
  };
}

export const php: Ecosystem = {
  languages: ['PHP', 'Blade', 'Hack'],
  manifests: [{ file: /^composer\.json$/, read: readComposerJson, packageManager: 'composer' }],
  lockFiles: { 'composer.lock': 'composer' },
  frameworks: {
    'api-platform/core': 'API Platform',
    'cakephp/cakephp': 'CakePHP',
    'codeigniter4/framework': 'CodeIgniter',
    'drupal/core': 'Drupal',
    'drupal/core-recommended': 'Drupal',
    'johnpbloch/wordpress': 'WordPress',
    'laminas/laminas-mvc': 'Laminas',
    'laravel/framework': 'Laravel',
    'livewire/livewire': 'Livewire',
    'magento/product-community-edition': 'Magento',
    'roots/wordpress': 'WordPress',
    'slim/slim': 'Slim',
    'symfony/framework-bundle': 'Symfony',
    'typo3/cms-core': 'TYPO3',
    'yiisoft/yii2': 'Yii',
  },
};
