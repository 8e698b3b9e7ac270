import { allGroups, firstGroup } from '../read-manifest.ts';
import type { Ecosystem, ManifestFacts } from '../ecosystem.ts';

/** Reads simple elements with patterns instead of an XML parser, so that no entity is expanded. */
function readPom(text: string): Partial<ManifestFacts> {
  if (!text.includes('<project')) throw new Error('no <project> element');
  // These elements contain descriptions and licences of other projects.
  const own = withoutElements(text, ['parent', 'dependencies', 'build', 'profiles']);
  return {
    description: firstGroup(own, /<description>([^<]{1,2000})<\/description>/),
    license: firstGroup(own, /<license>\s{0,200}<name>([^<]{1,200})<\/name>/),
    runtimes: {
      java: firstGroup(
        text,
        /<(?:java\.version|maven\.compiler\.(?:release|source|target)|release)>\s{0,8}([\d.]{1,10})/,
      ),
    },
    dependencies: allGroups(text, /<groupId>\s{0,20}([\w.-]{1,200})\s{0,20}<\/groupId>/g),
  };
}

function withoutElements(text: string, names: readonly string[]): string {
  let rest = text;
  for (const name of names) {
    const start = rest.indexOf(`<${name}>`);
    const end = rest.lastIndexOf(`</${name}>`);
    if (start !== -1 && end > start) rest = rest.slice(0, start) + rest.slice(end);
  }
  return rest;
}

export const java: Ecosystem = {
  languages: ['Java', 'Kotlin', 'Groovy'],
  manifests: [
    { file: /^pom\.xml$/, read: readPom, packageManager: 'maven' },
    {
      // A Gradle script is a program: only groups in quoted coordinates and plugin ids are read.
      file: /^(build|settings)\.gradle(\.kts)?$/,
      dependencies: /["']([\w.-]{1,200})(?::[^"'\n]{0,200})?["']/g,
      runtimes: { java: /(?:JavaLanguageVersion\.of|jvmToolchain)\s{0,4}\(\s{0,4}["']?(\d{1,3})/ },
      packageManager: 'gradle',
    },
  ],
  lockFiles: { 'gradle.lockfile': 'gradle' },
  frameworks: {
    'com.android.application': 'Android',
    'com.android.library': 'Android',
    'com.typesafe.play': 'Play',
    'com.vaadin': 'Vaadin',
    'io.dropwizard': 'Dropwizard',
    'io.helidon': 'Helidon',
    'io.javalin': 'Javalin',
    'io.ktor': 'Ktor',
    'io.micronaut': 'Micronaut',
    'io.quarkus': 'Quarkus',
    'io.quarkus.platform': 'Quarkus',
    'io.vertx': 'Vert.x',
    'jakarta.platform': 'Jakarta EE',
    'org.springframework': 'Spring',
    'org.springframework.boot': 'Spring Boot',
  },
};
