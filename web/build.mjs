// Builds the faces into dist/, each file beside its gzip and brotli forms, for build.rs to embed.
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "vite";

const here = import.meta.dirname, dist = join(here, "dist");
for (const f of readdirSync(dist)) if (f !== ".gitignore") rmSync(join(dist, f));

// The chat is one classic script, so that one line on any site is enough; the console is a module.
const faces = [["guichet", "src/chat/main.ts", "iife"], ["console", "src/console/main.ts", "es"]];
for (const [name, entry, format] of faces)
  await build({
    root: here, configFile: false, logLevel: "warn",
    build: {
      outDir: "dist", emptyOutDir: false, target: "es2022", modulePreload: false,
      lib: { entry: join(here, entry), formats: [format], name, fileName: () => `${name}.js` },
    },
  });
for (const f of readdirSync(join(here, "pages"))) copyFileSync(join(here, "pages", f), join(dist, f));

for (const f of readdirSync(dist).filter((f) => f !== ".gitignore")) {
  const bytes = readFileSync(join(dist, f)), gz = gzipSync(bytes, { level: 9 });
  writeFileSync(join(dist, f + ".gz"), gz);
  writeFileSync(join(dist, f + ".br"), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  console.log(`${f}: ${bytes.length} bytes, ${gz.length} gzipped`);
}
