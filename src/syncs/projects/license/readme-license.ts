import { namedLicenses } from './license-names.ts';
import { licenseWords } from './license-words.ts';

const maxCharacters = 256 * 1024;
const maxWords = 100;
const title =
  /^(?:[#=]{1,6}\s{1,4})?(?:[\p{Extended_Pictographic}\ufe0f]\s{0,4})?(?:the )?licen[sc]e(?: information)?:?[\s#=]{0,8}$/iu;
const underline = /^([=-])\1{2,}\s{0,4}$/;

/** Words of a section that limits or divides a licence, so that a name in it is not the licence of the project. */
const limits =
  /\b(?:not|non|except|excluding|only|commercial|noncommercial|proprietary|parts?|portions?|some|other|others|third|dependencies|assets|documentation|docs|bundled|unless|trial|enterprise|paid|was|were|formerly|previously|reserved)\b/;
const choice = /\b(?:either|at your option|dual|choose|choice)\b/;

/**
 * Returns the licence that the section "License" of a README names: "MIT © Ada", "Licensed under the Apache License,
 * Version 2.0". Null if there is no such section, or if it states more than that.
 */
export function readmeLicense(readme: string): string | null {
  const section = licenseSection(readme.slice(0, maxCharacters));
  if (section === null) return null;
  const words = licenseWords(section.replace(/^\s*copyright[^\n]*$/gim, '')).join(' ');
  if (words.split(' ').length > maxWords) return null;
  const { found, rest } = namedLicenses(words);
  const [only, ...others] = found;
  if (only === undefined || limits.test(rest)) return null;
  if (others.length === 0) return only;
  return choice.test(rest) ? found.join(' OR ') : null;
}

/** Returns the text between the title and the next one, of the last section with this title. */
function licenseSection(readme: string): string | null {
  const lines = readme.split(/\r\n?|\n/);
  let section: string[] | null = null;
  let isInside = false;
  for (const [at, line] of lines.entries()) {
    const isUnderlined = underline.test(lines[at + 1] ?? '') && line.trim() !== '';
    const isHeading = /^[#=]{1,6}\s/.test(line) || isUnderlined;
    if (isHeading) {
      isInside = title.test(line.trim());
      if (isInside) section = [];
    } else if (isInside && !underline.test(line)) section?.push(line);
  }
  return section?.join('\n') ?? null;
}
