/**
 * Files that mark the root directory of a package. Without `Makefile`, `Dockerfile`, `requirements.txt`, `*.tf`
 * and `flake.nix`, which are also found in directories that are not packages.
 */
const names = new Set(
  (
    'package.json deno.json deno.jsonc pyproject.toml setup.py setup.cfg Pipfile Cargo.toml go.mod go.work ' +
    'pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts build.sbt build.sc ' +
    'composer.json Gemfile mix.exs rebar.config gleam.toml pubspec.yaml Package.swift CMakeLists.txt ' +
    'meson.build vcpkg.json conanfile.py conanfile.txt build.zig build.zig.zon stack.yaml cabal.project ' +
    'dune-project project.clj deps.edn Project.toml DESCRIPTION Makefile.PL Build.PL cpanfile shard.yml ' +
    'elm.json Directory.Build.props'
  ).split(' '),
);
const endings = '.csproj .fsproj .vbproj .sln .slnx .gemspec .cabal .rockspec .nimble .opam'.split(
  ' ',
);

/** Whether a directory that contains a file of this name is a package. */
export const isManifest = (name: string): boolean =>
  names.has(name) || endings.some((ending) => name.endsWith(ending));
