import type { Ecosystem } from '../ecosystem.ts';

export const scala: Ecosystem = {
  languages: ['Scala'],
  manifests: [
    {
      file: /^build\.sbt$/,
      description: /\bdescription[ \t]{0,8}:=[ \t]{0,8}"([^"\n]{1,1000})"/,
      dependencies: /"([\w.-]{1,100})"[ \t]{0,8}%%?%?[ \t]{0,8}"/g,
      runtimes: { scala: /\bscalaVersion[ \t]{0,8}:=[ \t]{0,8}"([^"\n]{1,40})"/ },
      packageManager: 'sbt',
    },
    {
      file: /^build\.(sc|mill)$/,
      dependencies: /\b(?:ivy|mvn)"([\w.-]{1,100}):/g,
      packageManager: 'mill',
    },
  ],
  frameworks: {
    'com.typesafe.akka': 'Akka',
    'com.typesafe.play': 'Play',
    'dev.zio': 'ZIO',
    'org.apache.pekko': 'Pekko',
    'org.apache.spark': 'Spark',
    'org.http4s': 'http4s',
    'org.playframework': 'Play',
    'org.typelevel': 'Typelevel',
  },
};
