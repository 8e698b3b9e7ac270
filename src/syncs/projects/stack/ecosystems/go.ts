import type { Ecosystem, ManifestFacts } from '../ecosystem.ts';

// `require example.com/module/v2 v2.0.1`, alone or in a block (go.dev/ref/mod#go-mod-file-require).
const requirement =
  /^[ \t]*(?:require[ \t]+)?([^\s"]{1,300})[ \t]+v\d\S{0,200}[ \t]*(\/\/ indirect)?/;

function readGoMod(text: string): Partial<ManifestFacts> {
  const dependencies: string[] = [];
  for (const line of text.split('\n')) {
    const match = requirement.exec(line);
    // The path ends with the major version: `/v2`.
    if (match?.[1] && !match[2]) dependencies.push(match[1].replace(/\/v\d+$/, ''));
  }
  // The minimum Go version (go.dev/ref/mod#go-mod-file-go).
  const go = /^go[ \t]{1,8}(\d[\w.]{0,20})/m.exec(text)?.[1];
  return { dependencies, runtimes: { go } };
}

export const go: Ecosystem = {
  languages: ['Go'],
  manifests: [
    { file: /^go\.mod$/, read: readGoMod, packageManager: 'go' },
    { file: /^go\.work$/, read: readGoMod, packageManager: 'go' },
  ],
  lockFiles: { 'go.sum': 'go' },
  frameworks: {
    'fyne.io/fyne': 'Fyne',
    'github.com/beego/beego': 'Beego',
    'github.com/gin-gonic/gin': 'Gin',
    'github.com/go-chi/chi': 'chi',
    'github.com/gobuffalo/buffalo': 'Buffalo',
    'github.com/gofiber/fiber': 'Fiber',
    'github.com/gorilla/mux': 'Gorilla',
    'github.com/kataras/iris': 'Iris',
    'github.com/labstack/echo': 'Echo',
    'github.com/revel/revel': 'Revel',
    'github.com/wailsapp/wails': 'Wails',
  },
};
