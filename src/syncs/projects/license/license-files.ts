const suffix =
  '[al]?gpl-?v?[123]?(\\.[0-9])?|lesser|lib|apache(-?v?2(\\.0)?)?|mit(-0)?|0?bsd|[0-4]-?clause|bsd-?[0-4](-clause)?|[0-4]-?bsd|mpl(-?2(\\.0)?)?|isc|zlib|boost|bsl|unlicense|cc0|epl|eupl|cddl|ofl|psf|wtfpl|v?[0-9]{1,2}([._][0-9]{1,2})?';
const licenseFile = new RegExp(
  `^((un)?licen[sc]e|copying[123]?|ofl|([a-z0-9]{1,20}[-_])licen[sc]e)([-._](${suffix}))?(\\.(md|markdown|txt|rst|html?))?$`,
  'i',
);

/** Matches `LICENSE`, `LICENCE.txt`, `COPYING.LESSER`, `MIT-LICENSE`, `LICENSE_1_0.txt`, … but no source file. */
export const isLicenseFile = (name: string): boolean => licenseFile.test(name);

/** The directory of licence texts by the REUSE specification (reuse.software/spec). */
export const licensesDir = 'LICENSES';

/** A licence file: its path relative to the project, and its text. */
export interface LicenseFile {
  readonly path: string;
  readonly text: string;
}
