import {
  block,
  bol,
  cComment,
  cComments,
  double,
  hash,
  line,
  longDouble,
  longSingle,
  pattern,
  single,
  tripleDouble,
  tripleSingle,
  type CommentSyntax,
} from './comment-patterns.ts';

export const script: CommentSyntax = {
  extensions: 'js jsx cjs mjs ts tsx cts mts groovy gradle jsonc json5 code-workspace prisma',
  fileNames:
    /^(?:Jenkinsfile.*|[jt]sconfig.*\.json|\.(?:eslint|babel|jshint|swc)rc|devcontainer\.json)$/,
  interpreters: /^(?:node|deno|bun|ts-node|tsx|groovy)$/,
  comments: cComments,
  strings: [tripleDouble, tripleSingle, block('\\$/', '/\\$'), pattern, double, single],
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
  comments: [cComment],
  strings: [address, double, single],
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
  strings: [longDouble, longSingle],
  heredoc: '<<<[ \\t]*["\']?(?<heredoc>[A-Za-z_]\\w*)["\']?',
};
/** Its end in a string or in a comment of several lines is not one. */
const phpCode =
  `<\\?(?:php|=)(?:[^?'"/#]+|${longDouble}|'(?:[^'\\\\]|\\\\[^])*'?|${cComment}|` +
  `(?://|#)(?:[^\\n?]|\\?(?!>))*|/|\\?(?!>))*(?:\\?>)?`;
const commentOfMarkup = block('<!--', '-->');
const characterData = block('<!\\[CDATA\\[', '\\]\\]>');
/** The value of an attribute, unless it may contain code. */
const attributeValue = ['"', "'"].map(
  (quote) => `(?<==)${quote}(?:[^${quote}<{@]|<(?![?%]))*${quote}`,
);
export const xml: CommentSyntax = {
  extensions: 'xml xsl xslt xsd xaml csproj fsproj vbproj props targets',
  comments: [commentOfMarkup],
  strings: [characterData, ...attributeValue],
};
/** HTML, components and templates. */
export const markup: CommentSyntax = {
  extensions:
    'html htm xhtml vue svelte astro php phtml ' +
    'erb ejs jsp cshtml razor vbhtml hbs handlebars mustache twig jinja jinja2 j2 njk heex leex eex aspx ascx',
  interpreters: /^php/,
  comments: [
    commentOfMarkup,
    block('<%--', '--%>'),
    block('<%#', '%>'),
    block('@\\*', '\\*@'),
    block('\\{\\{!--', '--\\}\\}'),
    block('\\{\\{--', '--\\}\\}'),
    block('\\{\\{!', '\\}\\}'),
    block('\\{#(?![a-z])', '#\\}'),
    // In the code of Razor.
    line(`${bol}[ \\t]*//`),
  ],
  strings: [characterData, ...attributeValue],
  embedded: [
    { pattern: block('<(?:script|SCRIPT)\\b', '</(?:script|SCRIPT)'), syntax: script },
    { pattern: block('<(?:style|STYLE)\\b', '</(?:style|STYLE)'), syntax: styleSheets },
    { pattern: phpCode, syntax: php },
    // Of Razor, up to a brace in the first column; in one line, its comments can't end.
    {
      pattern: block('@(?:code|functions)?\\s{0,9}\\{(?!\\{|[^\\n]*\\}\\s*\\n)', '\\n\\}'),
      syntax: templateCode,
    },
    { pattern: block('<%', '%>'), syntax: templateCode },
    // Of Svelte, Astro and JSX, in one line.
    { pattern: '\\{(?![{#:@%])[^{}\\n/]*/\\*[^{}\\n]*\\}', syntax: script },
    // The front matter of Astro.
    { pattern: block('(?<![^])---\\n', '\\n---'), syntax: script },
  ],
};
