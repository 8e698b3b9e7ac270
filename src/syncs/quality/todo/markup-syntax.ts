import {
  block,
  bol,
  cComments,
  double,
  hash,
  line,
  pattern,
  rawOfDart,
  single,
  tripleDouble,
  tripleSingle,
  type CommentSyntax,
} from './comment-patterns.ts';

export const script: CommentSyntax = {
  extensions:
    'js jsx cjs mjs ts tsx cts mts dart groovy gradle jsonc json5 code-workspace res prisma',
  fileNames:
    /^(?:Jenkinsfile.*|[jt]sconfig.*\.json|\.(?:eslint|babel|jshint|swc)rc|devcontainer\.json)$/,
  interpreters: /^(?:node|deno|bun|ts-node|tsx|groovy)$/,
  comments: cComments,
  strings: [tripleDouble, tripleSingle, pattern, rawOfDart, double, single],
  hasTemplates: true,
};
const address = '\\burl\\((?!["\'])[^)\\n]*';
export const styleSheets: CommentSyntax = {
  extensions: 'scss less sass styl pcss',
  comments: cComments,
  strings: [address, double, single],
};
export const styles: CommentSyntax = {
  extensions: 'css',
  comments: [block('/\\*', '\\*/')],
  strings: [double, single],
};
/** Code between the tags of a template: Ruby, Java, C# and others. */
const templateCode: CommentSyntax = {
  extensions: '',
  comments: [...cComments, hash],
  strings: [double, single],
};
const php: CommentSyntax = {
  extensions: '',
  // `#[` starts an attribute.
  comments: [...cComments, `${hash.slice(0, -'[^\\n]*'.length)}(?!\\[)[^\\n]*`],
  strings: ['"(?:[^"\\\\]|\\\\[^])*"?', "'(?:[^'\\\\]|\\\\[^])*'?"],
  hasHeredocs: true,
};
/** HTML, XML, components and templates. */
export const markup: CommentSyntax = {
  extensions:
    'html htm xhtml xml xsl xslt xsd xaml csproj fsproj vbproj props targets vue svelte astro php phtml ' +
    'erb ejs jsp cshtml razor vbhtml hbs handlebars mustache twig jinja jinja2 j2 njk heex leex eex aspx ascx',
  interpreters: /^php/,
  comments: [
    block('<!--', '-->'),
    block('<%--', '--%>'),
    block('<%#', '%>'),
    block('@\\*', '\\*@'),
    block('\\{\\{!--', '--\\}\\}'),
    block('\\{\\{--', '--\\}\\}'),
    block('\\{\\{!', '\\}\\}'),
    block('\\{#(?![a-z])', '#\\}'),
    block('\\{/\\*', '\\*/'),
    // In the code of Razor.
    line(`${bol}[ \\t]*//`),
  ],
  strings: [block('<!\\[CDATA\\[', '\\]\\]>')],
  embedded: [
    { pattern: block('<script\\b', '</script'), syntax: script },
    { pattern: block('<style\\b', '</style'), syntax: styleSheets },
    { pattern: block('<\\?(?:php|=)', '\\?>'), syntax: php },
    // Of Razor, up to a brace in the first column; in one line, its comments can't end.
    {
      pattern: block('@(?:code|functions)?\\s{0,9}\\{(?!\\{|[^\\n]*\\}\\s*\\n)', '\\n\\}'),
      syntax: templateCode,
    },
    { pattern: block('<%', '%>'), syntax: templateCode },
    // The front matter of Astro.
    { pattern: block('(?<![^])---\\n', '\\n---'), syntax: script },
  ],
};
