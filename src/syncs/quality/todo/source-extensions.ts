/**
 * Extensions of source code, from the programming and markup languages of github-linguist that have comments.
 * Prose and data (Markdown, JSON, YAML, lock files) are not included.
 */
export const sourceExtensions: readonly string[] = (
  'ada adb ads asm astro awk bash bat bzl c cc cjs clj cljc cljs cmake cmd coffee cpp cr cs css csx ' +
  'cts cu cue cxx d dart el elm erl ex exs f f03 f08 f90 f95 fish for fs fsi fsx gleam go gradle graphql ' +
  'groovy h haml hbs hcl heex hh hpp hrl hs htm html hxx inc inl ino ipp java jl js jsx kt kts less lisp ' +
  'lua m mjs ml mli mm mts nim nix nu odin pas php phtml pl pm pp prisma proto ps1 psm1 purs py pyi pyx r ' +
  'rake rb re res rkt rs s sass sbt scala scm scss sh sol sql st styl sv svelte swift tcl tex tf thrift ' +
  'ts tsx twig v vala vb vhd vhdl vim vue xsl zig zsh'
).split(' ');
