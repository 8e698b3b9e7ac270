import * as z from 'zod/mini';
import { byPattern } from './by-pattern.ts';
import { manifestFacts, type Ecosystem, type ManifestFacts } from './ecosystem.ts';
import { maybeText } from './tolerant.ts';

const vcpkgJson = z.object({
  description: maybeText,
  license: maybeText,
  dependencies: z.catch(z.array(z.union([z.string(), z.object({ name: z.string() })])), []),
});

/** The format: learn.microsoft.com/vcpkg/reference/vcpkg-json */
function readVcpkg(text: string): ManifestFacts {
  const { description, license, dependencies } = vcpkgJson.parse(JSON.parse(text));
  const names = dependencies.map((one) => (typeof one === 'string' ? one : one.name));
  return manifestFacts({ description, license, dependencies: names.map((name) => `lib:${name}`) });
}

const conanRecipe = byPattern({
  description: /^[ \t]{1,8}description[ \t]?=[ \t]?["']([^"'\n]{1,1000})["']/m,
  license: /^[ \t]{1,8}license[ \t]?=[ \t]?["']([^"'\n]{1,100})["']/m,
});

const cpp: Ecosystem = {
  manifests: [
    { file: /^vcpkg\.json$/, read: readVcpkg, packageManager: 'vcpkg' },
    { file: /^conanfile\.py$/, read: conanRecipe, packageManager: 'conan' },
    { file: /^conanfile\.txt$/, read: byPattern({}), packageManager: 'conan' },
    {
      file: /^CMakeLists\.txt$/,
      read: byPattern({
        description: /\bDESCRIPTION[ \t]{1,20}"([^"\n]{1,1000})"/,
        dependencies: /\bfind_package\s{0,8}\(\s{0,8}(\w{1,100})/gi,
        implies: 'cmake',
      }),
      packageManager: null,
    },
    {
      file: /^meson\.build$/,
      read: byPattern({
        license: /\blicense[ \t]?:[ \t]?\[?'([^'\n]{1,100})'/,
        dependencies: /\bdependency\(\s{0,8}'([\w.+-]{1,100})'/g,
        implies: 'meson',
      }),
      packageManager: null,
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

const swift: Ecosystem = {
  manifests: [
    {
      file: /^Package\.swift$/,
      read: byPattern({
        dependencies: /\burl:[ \t]{0,8}"https:\/\/[\w.]{1,60}\/([\w./-]{1,200}?)(?:\.git)?"/g,
        runtimes: { swift: /^\/\/[ \t]{0,8}swift-tools-version:[ \t]{0,8}([\d.]{1,20})/m },
      }),
      packageManager: 'swiftpm',
    },
    {
      file: /^Podfile$/,
      read: byPattern({ dependencies: /^[ \t]{0,20}pod ["']([\w/+-]{1,100})["']/gm }),
      packageManager: 'cocoapods',
    },
  ],
  lockFiles: { 'Package.resolved': 'swiftpm', 'Podfile.lock': 'cocoapods' },
  frameworks: {
    'hummingbird-project/hummingbird': 'Hummingbird',
    'pointfreeco/swift-composable-architecture': 'Composable Architecture',
    'vapor/vapor': 'Vapor',
  },
};

const zig: Ecosystem = {
  manifests: [
    {
      file: /^build\.zig\.zon$/,
      read: byPattern({
        runtimes: { zig: /\.minimum_zig_version[ \t]?=[ \t]?"([^"\n]{1,40})"/ },
      }),
      packageManager: 'zig',
    },
    { file: /^build\.zig$/, read: byPattern({}), packageManager: 'zig' },
  ],
  lockFiles: {},
  frameworks: {},
};

const nim: Ecosystem = {
  manifests: [
    {
      file: /^[\w.-]{1,100}\.nimble$/,
      read: byPattern({
        description: /^description[ \t]{0,20}=[ \t]{0,20}"([^"\n]{1,1000})"/m,
        license: /^license[ \t]{0,20}=[ \t]{0,20}"([^"\n]{1,100})"/m,
        dependencies: /^requires[ \t(]{1,8}"(\w{1,100})/gm,
        runtimes: { nim: /^requires[ \t(]{1,8}"nim[ \t]{0,8}([^"\n]{1,40})"/m },
      }),
      packageManager: 'nimble',
    },
  ],
  lockFiles: { 'nimble.lock': 'nimble' },
  frameworks: { jester: 'Jester', prologue: 'Prologue' },
};

const crystal: Ecosystem = {
  manifests: [
    {
      file: /^shard\.yml$/,
      read: byPattern({
        description: /^description:[ \t]{1,8}["']?([^"'>|\s][^\n"]{0,1000})/m,
        license: /^license:[ \t]{1,8}([^\s#]{1,100})/m,
        dependencies: /^ {2}([\w-]{1,100}):/gm,
        runtimes: { crystal: /^crystal:[ \t]{1,8}["']?([^"'\n]{1,40})/m },
      }),
      packageManager: 'shards',
    },
  ],
  lockFiles: { 'shard.lock': 'shards' },
  frameworks: { amber: 'Amber', kemal: 'Kemal', lucky: 'Lucky' },
};

/** Languages that compile to machine code, beside Rust and Go. */
export const native: readonly Ecosystem[] = [swift, cpp, zig, nim, crystal];
