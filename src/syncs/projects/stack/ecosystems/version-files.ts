import * as z from 'zod/mini';
import type { Ecosystem, Manifest } from '../ecosystem.ts';
import { parseToml } from '../parse-toml.ts';

/** Runtime by the name that version managers use. */
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

/** Returns the versions of known runtimes, by runtime. */
const knownRuntimes = (entries: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries(
    [...entries].flatMap(([name, version]) => {
      const runtime = Object.hasOwn(runtimeNames, name) ? runtimeNames[name] : undefined;
      return runtime === undefined ? [] : [[runtime, version]];
    }),
  );

/** The first word of the first line that is not a comment. */
const singleVersion = /^[^\S\n]{0,20}([^#\s]\S{0,100})/m;

/** asdf-vm.com/manage/configuration.html */
const toolVersions: Manifest = {
  file: /^\.tool-versions$/,
  read: (text) => ({
    runtimes: knownRuntimes(
      Array.from(text.matchAll(/^([\w-]{1,40})[ \t]{1,8}([^\s#]{1,60})/gm), (match) => [
        match[1] ?? '',
        match[2] ?? '',
      ]),
    ),
  }),
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
      const text = typeof first === 'object' ? first?.version : first;
      return text === undefined ? [] : [[name, text] as const];
    });
    return { runtimes: knownRuntimes(versions) };
  },
};

const rustToolchain = z.object({ toolchain: z.object({ channel: z.string() }) });
const globalJson = z.object({ sdk: z.object({ version: z.string() }) });

/** Files that pin the version of a runtime. A pinned version takes precedence over a range in a manifest. */
export const versionFiles: Ecosystem = {
  languages: [],
  manifests: [
    { file: /^\.nvmrc$/, runtimes: { node: singleVersion } },
    { file: /^\.node-version$/, runtimes: { node: singleVersion } },
    { file: /^\.bun-version$/, runtimes: { bun: singleVersion } },
    { file: /^\.python-version$/, runtimes: { python: singleVersion } },
    { file: /^\.ruby-version$/, runtimes: { ruby: singleVersion } },
    { file: /^\.java-version$/, runtimes: { java: singleVersion } },
    { file: /^\.go-version$/, runtimes: { go: singleVersion } },
    { file: /^\.php-version$/, runtimes: { php: singleVersion } },
    { file: /^\.swift-version$/, runtimes: { swift: singleVersion } },
    { file: /^\.terraform-version$/, runtimes: { terraform: singleVersion } },
    toolVersions,
    mise,
    {
      // The legacy form is the channel alone (rust-lang.github.io/rustup/overrides.html).
      file: /^rust-toolchain(\.toml)?$/,
      read: async (text) => {
        const plain = /^\s{0,20}([\w.-]{1,60})\s{0,20}$/.exec(text)?.[1];
        const rust = plain ?? rustToolchain.parse(await parseToml(text)).toolchain.channel;
        return { runtimes: { rust } };
      },
    },
    {
      file: /^global\.json$/,
      read: (text) => ({
        runtimes: { dotnet: globalJson.safeParse(JSON.parse(text)).data?.sdk.version },
      }),
    },
  ],
};
