import { firstGroup, allGroups } from '../match-groups.ts';
import { manifestFacts, type Ecosystem, type ManifestFacts } from '../ecosystem.ts';

/** Reads an SDK-style project (learn.microsoft.com/nuget/reference/msbuild-targets). */
function readProject(text: string): ManifestFacts {
  if (!text.includes('<Project')) throw new Error('no <Project> element');
  const dotnet = firstGroup(text, /<TargetFrameworks?>([\w.;-]{1,100})<\/TargetFrameworks?>/);
  return manifestFacts({
    runtimes: dotnet === null ? {} : { dotnet },
    description: firstGroup(text, /<Description>([^<]{1,2000})<\/Description>/),
    license: firstGroup(
      text,
      /<PackageLicenseExpression>([^<]{1,200})<\/PackageLicenseExpression>/,
    ),
    dependencies: [
      ...allGroups(text, /<PackageReference\s{1,20}Include="([\w.-]{1,200})"/g),
      ...allGroups(text, /\bSdk="([\w.-]{1,200})["/]/g),
    ],
  });
}

export const dotnet: Ecosystem = {
  manifests: [
    { file: /^[^/]+\.(cs|fs|vb)proj$/, read: readProject, packageManager: 'nuget' },
    { file: /^Directory\.Build\.props$/, read: readProject, packageManager: 'nuget' },
  ],
  lockFiles: { 'packages.lock.json': 'nuget' },
  frameworks: {
    Avalonia: 'Avalonia',
    'Microsoft.AspNetCore.App': 'ASP.NET Core',
    'Microsoft.AspNetCore.Components.WebAssembly': 'Blazor',
    'Microsoft.EntityFrameworkCore': 'Entity Framework Core',
    'Microsoft.Maui.Controls': '.NET MAUI',
    'Microsoft.NET.Sdk.BlazorWebAssembly': 'Blazor',
    'Microsoft.NET.Sdk.Web': 'ASP.NET Core',
    Giraffe: 'Giraffe',
  },
};
