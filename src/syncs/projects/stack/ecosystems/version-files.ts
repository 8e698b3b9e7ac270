import * as z from 'zod/mini';
import { manifestFacts, type Ecosystem, type Manifest } from '../ecosystem.ts';
import { parseToml } from '../parse-toml.ts';

/** Runtimes by the names that version managers give them. */
const runtimeNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    (
      'bun crystal dart deno dotnet elixir elm erlang flutter gleam go java julia kotlin lua nim node ' +
      'ocaml perl php python r ruby rust scala swift terraform zig'
    )
      .split(' ')
      .map((name) => [name, name]),
  ),
  golang: 'go',
  nodejs: 'node',
  'dotnet-core': 'dotnet',
};

/** The first of several versions, for tools that may name some. */
const known = (entries: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries(
    [...entries].flatMap(([name, version]) => {
      const runtime = Object.hasOwn(runtimeNames, name) ? runtimeNames[name] : undefined;
      return runtime === undefined ? [] : [[runtime, version]];
    }),
  );

/** A file that holds nothing but a version, and comments. */
const single = (file: RegExp, runtime: string): Manifest => ({
  file,
  read: (text) => {
    const line = text.split('\n').find((one) => /^\s{0,20}[^#\s]/.test(one));
    const version = line?.trim().split(/\s/)[0];
    return manifestFacts(version ? { runtimes: { [runtime]: version } } : {});
  },
  packageManager: null,
});

/** asdf-vm.com/manage/configuration.html */
const toolVersions: Manifest = {
  file: /^\.tool-versions$/,
  read: (text) =>
    manifestFacts({
      runtimes: known(
        Array.from(text.matchAll(/^([\w-]{1,40})[ \t]{1,8}([^\s#]{1,60})/gm), (match) => [
          match[1] ?? '',
          match[2] ?? '',
        ]),
      ),
    }),
  packageManager: null,
};

const version = z.union([z.string(), z.object({ version: z.string() })]);
const miseToml = z.object({
  tools: z.catch(
    z.record(z.string(), z.catch(z.nullable(z.union([version, z.array(version)])), null)),
    {},
  ),
});

/** mise.jdx.dev/configuration.html */
const mise: Manifest = {
  file: /^\.?mise\.toml$/,
  read: async (text) => {
    const { tools } = miseToml.parse(await parseToml(text));
    const versions = Object.entries(tools).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      const said = typeof first === 'object' ? first?.version : first;
      return said === undefined ? [] : [[name, said] as const];
    });
    return manifestFacts({ runtimes: known(versions) });
  },
  packageManager: null,
};

const rustToolchain = z.object({ toolchain: z.object({ channel: z.string() }) });
const globalJson = z.object({ sdk: z.object({ version: z.string() }) });

/** Files that pin the version of a runtime: what they say goes before what a manifest allows. */
export const versionFiles: Ecosystem = {
  manifests: [
    single(/^\.nvmrc$/, 'node'),
    single(/^\.node-version$/, 'node'),
    single(/^\.bun-version$/, 'bun'),
    single(/^\.python-version$/, 'python'),
    single(/^\.ruby-version$/, 'ruby'),
    single(/^\.java-version$/, 'java'),
    single(/^\.go-version$/, 'go'),
    single(/^\.php-version$/, 'php'),
    single(/^\.swift-version$/, 'swift'),
    single(/^\.terraform-version$/, 'terraform'),
    toolVersions,
    mise,
    {
      // The old form is the channel alone (rust-lang.github.io/rustup/overrides.html).
      file: /^rust-toolchain(\.toml)?$/,
      read: async (text) => {
        const plain = /^\s{0,20}([\w.-]{1,60})\s{0,20}$/.exec(text)?.[1];
        const rust = plain ?? rustToolchain.parse(await parseToml(text)).toolchain.channel;
        return manifestFacts({ runtimes: { rust } });
      },
      packageManager: null,
    },
    {
      file: /^global\.json$/,
      read: (text) => {
        const file = globalJson.safeParse(JSON.parse(text));
        return manifestFacts(file.success ? { runtimes: { dotnet: file.data.sdk.version } } : {});
      },
      packageManager: null,
    },
  ],
  lockFiles: {},
  frameworks: {},
};
