import type { Ecosystem } from '../ecosystem.ts';

export const swift: Ecosystem = {
  languages: ['Swift', 'Objective-C', 'Objective-C++'],
  manifests: [
    {
      file: /^Package\.swift$/,
      dependencies: /\burl:[ \t]{0,8}"https:\/\/[\w.]{1,60}\/([\w./-]{1,200}?)(?:\.git)?"/g,
      runtimes: { swift: /^\/\/[ \t]{0,8}swift-tools-version:[ \t]{0,8}([\d.]{1,20})/m },
      packageManager: 'swiftpm',
    },
    {
      file: /^Podfile$/,
      dependencies: /^[ \t]{0,20}pod ["']([\w/+-]{1,100})["']/gm,
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
