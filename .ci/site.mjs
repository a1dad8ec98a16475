// Builds the site folder from the compiled module, src/frame/, style/ and public/:
//   node .ci/site.mjs MODULE.wasm WASM_BINDGEN SITE
//
//   SITE/pkg/latchkey.HASH.js       the islands' script, and latchkey.HASH_bg.wasm, its module. One hash covers both:
//                                   Leptos's HydrationScripts derives both names from output_name "latchkey.HASH"
//   SITE/pkg/latchkey.HASH.css      style/main.css with its imports
//   SITE/pkg/frame.HASH.js          src/frame/, bundled
//   SITE/…                          public/, unchanged
//   SITE/manifest.json              { script: "latchkey.HASH", style: "latchkey.HASH.css", frame: "frame.HASH.js",
//                                   inputs }
//
// cargo-leptos is not used: it takes minutes to install, and it does not put hashed names below LEPTOS_SITE_ROOT.
//
// Compressible files also get a .br and a .gz file. The folder is replaced as a whole, and only if an input changed.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const [module, wasmBindgen, site] = process.argv.slice(2).map((path) => resolve(path));
const tools = join(root, "end2end");
const TEXT_ENDINGS = [".js", ".mjs", ".css", ".svg", ".txt", ".json", ".html", ".webmanifest", ".xml"];
const COMPRESSIBLE = new Set([...TEXT_ENDINGS, ".wasm", ".ico"]);

const filesBelow = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
        .sort()
    : [];
const hash = (...parts) => {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part);
  return sum.digest("hex").slice(0, 12);
};

function inputsHash() {
  const files = [
    fileURLToPath(import.meta.url),
    join(tools, "package-lock.json"),
    module,
    ...filesBelow(join(root, "src/frame")),
    ...filesBelow(join(root, "style")),
    ...filesBelow(join(root, "public")),
  ];
  return hash(...files.flatMap((file) => [relative(root, file), "\0", readFileSync(file), "\0"]));
}

async function build(folder, inputs) {
  const { build: bundle, transform } = createRequire(join(tools, "package.json"))("esbuild");
  const pkg = join(folder, "pkg");
  const work = join(folder, "work");
  mkdirSync(pkg);
  mkdirSync(work);

  const stdio = ["ignore", 2, 2]; // the tools' output goes to stderr
  const names = ["--out-dir", work, "--out-name", "latchkey"];
  execFileSync(wasmBindgen, ["--target", "web", "--no-typescript", ...names, module], { stdio });
  const optimized = join(work, "optimized.wasm");
  // wasm-opt reads the features that it may use from the module's target_features section, which rustc writes.
  const passes = ["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features"];
  const wasmOpt = join(tools, "node_modules/binaryen/bin/wasm-opt");
  execFileSync(process.execPath, [wasmOpt, ...passes, "-o", optimized, join(work, "latchkey_bg.wasm")], { stdio });
  const wasm = readFileSync(optimized);
  const source = readFileSync(join(work, "latchkey.js"), "utf8");
  const { code } = await transform(source, { minify: true, format: "esm", target: "es2022" });
  const script = `latchkey.${hash(code, wasm)}`;
  writeFileSync(join(pkg, `${script}.js`), code.replaceAll("latchkey_bg.wasm", `${script}_bg.wasm`));
  writeFileSync(join(pkg, `${script}_bg.wasm`), wasm);
  rmSync(work, { recursive: true });

  const { outputFiles: frame } = await bundle({
    entryPoints: [join(root, "src/frame/main.js")],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    write: false,
    logLevel: "warning",
  });
  const frameName = `frame.${hash(frame[0].contents)}.js`;
  writeFileSync(join(pkg, frameName), frame[0].contents);

  let style = null;
  if (existsSync(join(root, "style/main.css"))) {
    // Leaves addresses in url() that begin with / unchanged: they are files of the site.
    const siteAddresses = {
      name: "site addresses",
      setup({ onResolve }) {
        onResolve({ filter: /^\// }, ({ kind, path }) => (kind === "url-token" ? { path, external: true } : null));
      },
    };
    const { outputFiles } = await bundle({
      entryPoints: [join(root, "style/main.css")],
      bundle: true,
      minify: true,
      write: false,
      plugins: [siteAddresses],
      logLevel: "warning",
    });
    const css = outputFiles[0].contents;
    style = `latchkey.${hash(css)}.css`;
    writeFileSync(join(pkg, style), css);
  }
  if (existsSync(join(root, "public"))) cpSync(join(root, "public"), folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify({ script, style, frame: frameName, inputs })}\n`);

  const rows = filesBelow(folder).map((file) => {
    const raw = readFileSync(file);
    const row = { file: relative(folder, file), raw: raw.length };
    if (!COMPRESSIBLE.has(extname(file)) || row.file === "manifest.json") return row;
    const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
    const params = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: raw.length };
    const br = zlib.brotliCompressSync(raw, { params });
    const gz = zlib.gzipSync(raw, { level: 9 });
    if (br.length < raw.length) writeFileSync(`${file}.br`, br);
    if (gz.length < raw.length) writeFileSync(`${file}.gz`, gz);
    return { ...row, br: br.length };
  });
  const printRow = (file, raw, br) => {
    console.error(`   ${file.padEnd(40)} ${String(raw).padStart(9)} ${String(br ?? "").padStart(9)}`);
  };
  printRow("site, bytes", "raw", "brotli");
  for (const { file, raw, br } of rows) printRow(file, raw, br);
}

const inputs = inputsHash();
const current = join(site, "manifest.json");
if (!existsSync(current) || JSON.parse(readFileSync(current, "utf8")).inputs !== inputs) {
  mkdirSync(dirname(site), { recursive: true });
  const folder = mkdtempSync(`${site}.`);
  chmodSync(folder, 0o755); // mkdtemp makes it readable by its owner only, but the server may run as another user
  try {
    await build(folder, inputs);
    if (existsSync(site)) renameSync(site, `${folder}.old`);
    renameSync(folder, site);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}.old`, { recursive: true, force: true });
  }
}
