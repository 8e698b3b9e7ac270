import * as z from 'zod/mini';
import type { Ecosystem, ManifestFacts } from '../ecosystem.ts';
import { textOrNull } from '../lenient-fields.ts';

const vcpkgJson = z.object({
  description: textOrNull,
  license: textOrNull,
  dependencies: z.catch(z.array(z.union([z.string(), z.object({ name: z.string() })])), []),
});

/** The format: learn.microsoft.com/vcpkg/reference/vcpkg-json */
function readVcpkg(text: string): Partial<ManifestFacts> {
  const { description, license, dependencies } = vcpkgJson.parse(JSON.parse(text));
  const names = dependencies.map((one) => (typeof one === 'string' ? one : one.name));
  return { description, license, dependencies: names.map((name) => `lib:${name}`) };
}

export const cpp: Ecosystem = {
  languages: ['C++', 'C', 'Cuda'],
  manifests: [
    { file: /^vcpkg\.json$/, read: readVcpkg, packageManager: 'vcpkg' },
    {
      file: /^conanfile\.py$/,
      description: /^[ \t]{1,8}description[ \t]?=[ \t]?["']([^"'\n]{1,1000})["']/m,
      license: /^[ \t]{1,8}license[ \t]?=[ \t]?["']([^"'\n]{1,100})["']/m,
      packageManager: 'conan',
    },
    { file: /^conanfile\.txt$/, packageManager: 'conan' },
    {
      file: /^CMakeLists\.txt$/,
      description: /\bDESCRIPTION[ \t]{1,20}"([^"\n]{1,1000})"/,
      dependencies: /\bfind_package\s{0,8}\(\s{0,8}(\w{1,100})/gi,
      implies: 'cmake',
    },
    {
      file: /^meson\.build$/,
      license: /\blicense[ \t]?:[ \t]?\[?'([^'\n]{1,100})'/,
      dependencies: /\bdependency\(\s{0,8}'([\w.+-]{1,100})'/g,
      implies: 'meson',
    },
  ],
  lockFiles: { 'conan.lock': 'conan' },
  frameworks: {
    Boost: 'Boost',
    OpenCV: 'OpenCV',
    Qt5: 'Qt',
    Qt6: 'Qt',
    SDL2: 'SDL',
    SDL3: 'SDL',
    cmake: 'CMake',
    gtk4: 'GTK',
    'gtk+-3.0': 'GTK',
    'lib:boost': 'Boost',
    'lib:opencv': 'OpenCV',
    'lib:qtbase': 'Qt',
    'lib:sdl2': 'SDL',
    meson: 'Meson',
    qt6: 'Qt',
    sdl2: 'SDL',
  },
};
