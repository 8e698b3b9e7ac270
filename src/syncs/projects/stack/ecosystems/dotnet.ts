import type { Ecosystem, Manifest } from '../ecosystem.ts';

/** An SDK-style project (learn.microsoft.com/nuget/reference/msbuild-targets). */
const project = {
  mustContain: '<Project',
  description: /<Description>([^<]{1,2000})<\/Description>/,
  license: /<PackageLicenseExpression>([^<]{1,200})<\/PackageLicenseExpression>/,
  dependencies: /<PackageReference\s{1,20}Include="([\w.-]{1,200})"|\bSdk="([\w.-]{1,200})["/]/g,
  runtimes: { dotnet: /<TargetFrameworks?>([\w.;-]{1,100})<\/TargetFrameworks?>/ },
  packageManager: 'nuget',
} satisfies Partial<Manifest>;

export const dotnet: Ecosystem = {
  languages: ['C#', 'F#', 'Visual Basic .NET'],
  manifests: [
    { file: /^[^/]+\.(cs|fs|vb)proj$/, ...project },
    { file: /^Directory\.Build\.props$/, ...project },
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
