import type { Ecosystem } from './ecosystem.ts';
import { bazel } from './ecosystems/bazel.ts';
import { clojure } from './ecosystems/clojure.ts';
import { containers } from './ecosystems/containers.ts';
import { cpp } from './ecosystems/cpp.ts';
import { crystal } from './ecosystems/crystal.ts';
import { dart } from './ecosystems/dart.ts';
import { dotnet } from './ecosystems/dotnet.ts';
import { elixir } from './ecosystems/elixir.ts';
import { elm } from './ecosystems/elm.ts';
import { erlang } from './ecosystems/erlang.ts';
import { go } from './ecosystems/go.ts';
import { haskell } from './ecosystems/haskell.ts';
import { java } from './ecosystems/java.ts';
import { javascript } from './ecosystems/javascript.ts';
import { julia } from './ecosystems/julia.ts';
import { lua } from './ecosystems/lua.ts';
import { nim } from './ecosystems/nim.ts';
import { nix } from './ecosystems/nix.ts';
import { ocaml } from './ecosystems/ocaml.ts';
import { perl } from './ecosystems/perl.ts';
import { php } from './ecosystems/php.ts';
import { python } from './ecosystems/python.ts';
import { r } from './ecosystems/r.ts';
import { ruby } from './ecosystems/ruby.ts';
import { rust } from './ecosystems/rust.ts';
import { scala } from './ecosystems/scala.ts';
import { swift } from './ecosystems/swift.ts';
import { terraform } from './ecosystems/terraform.ts';
import { versionFiles } from './ecosystems/version-files.ts';
import { zig } from './ecosystems/zig.ts';

/**
 * All ecosystems in order of precedence: if several manifests state a fact and the languages of the project do not
 * decide between them, the first one applies. Pinned versions come first; infrastructure, which a project runs on but
 * is not written in, comes last.
 */
export const ecosystems: readonly Ecosystem[] = [
  versionFiles,
  ...[javascript, python, rust, go, php, ruby, java, dotnet, dart, elixir],
  ...[swift, cpp, zig, nim, crystal],
  ...[haskell, scala, clojure, erlang, ocaml, elm],
  ...[r, julia, lua, perl],
  ...[bazel, terraform, nix, containers],
];
