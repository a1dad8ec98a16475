// Makes the site folder out of the compiled module, style/ and public/:
//   node .ci/site.mjs MODULE.wasm WASM_BINDGEN SITE
//
//   SITE/pkg/latchkey.HASH.js, latchkey.HASH_bg.wasm   one hash over both: the names that leptos's HydrationScripts asks for when
//                                                      output_name is "latchkey.HASH"
//   SITE/pkg/latchkey.HASH.css                         style/main.css with its imports
//   SITE/pkg/frame.HASH.js      src/islands/frame/, bundled
//   SITE/…                                             public/ as it is
//   SITE/manifest.json                                 { script: "latchkey.HASH", style: "latchkey.HASH.css", frame: "frame.HASH.js", inputs }
//
// Not cargo-leptos: it takes minutes to install, and makes no hashed names below a folder that LEPTOS_SITE_ROOT may
// name.
//
// Each compressible file has its .br and .gz beside it. The folder is swapped in whole, and left alone when no input changed.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const [module, wasmBindgen, site] = process.argv.slice(2).map((path) => resolve(path));
const tools = join(root, "end2end");
const COMPRESSIBLE = new Set([".js", ".mjs", ".wasm", ".css", ".svg", ".txt", ".json", ".html", ".webmanifest", ".xml", ".ico"]);

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
    ...filesBelow(join(root, "src/islands/frame")),
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

  execFileSync(wasmBindgen, ["--target", "web", "--no-typescript", "--out-dir", work, "--out-name", "latchkey", module], { stdio: ["ignore", 2, 2] });
  const small = join(work, "small.wasm");
  // Which features the module may use stands in its target_features section: what rustc takes every browser to have.
  const passes = ["-Oz", "--strip-debug", "--strip-producers", "--strip-target-features"];
  execFileSync(process.execPath, [join(tools, "node_modules/binaryen/bin/wasm-opt"), ...passes, "-o", small, join(work, "latchkey_bg.wasm")], {
    stdio: ["ignore", 2, 2],
  });
  const wasm = readFileSync(small);
  const { code } = await transform(readFileSync(join(work, "latchkey.js"), "utf8"), { minify: true, format: "esm", target: "es2022" });
  const script = `latchkey.${hash(code, wasm)}`;
  writeFileSync(join(pkg, `${script}.js`), code.replaceAll("latchkey_bg.wasm", `${script}_bg.wasm`));
  writeFileSync(join(pkg, `${script}_bg.wasm`), wasm);
  rmSync(work, { recursive: true });

  const { outputFiles: frame } = await bundle({
    entryPoints: [join(root, "src/islands/frame/main.js")],
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
    // Addresses in url() that begin with / are the site's own: left as they stand.
    const ownAddresses = {
      name: "own addresses",
      setup: ({ onResolve }) => onResolve({ filter: /^\// }, ({ kind, path }) => (kind === "url-token" ? { path, external: true } : null)),
    };
    const { outputFiles } = await bundle({
      entryPoints: [join(root, "style/main.css")],
      bundle: true,
      minify: true,
      write: false,
      plugins: [ownAddresses],
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
    const br = zlib.brotliCompressSync(raw, { params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: raw.length } });
    const gz = zlib.gzipSync(raw, { level: 9 });
    if (br.length < raw.length) writeFileSync(`${file}.br`, br);
    if (gz.length < raw.length) writeFileSync(`${file}.gz`, gz);
    return { ...row, br: br.length };
  });
  const line = (file, raw, br) => console.error(`   ${file.padEnd(40)} ${String(raw).padStart(9)} ${String(br ?? "").padStart(9)}`);
  line("site, bytes", "raw", "brotli");
  for (const { file, raw, br } of rows) line(file, raw, br);
}

const inputs = inputsHash();
const current = join(site, "manifest.json");
if (!existsSync(current) || JSON.parse(readFileSync(current, "utf8")).inputs !== inputs) {
  mkdirSync(dirname(site), { recursive: true });
  const fresh = mkdtempSync(`${site}.`);
  chmodSync(fresh, 0o755); // made for its owner alone, and a server may be another user
  try {
    await build(fresh, inputs);
    if (existsSync(site)) renameSync(site, `${fresh}.old`);
    renameSync(fresh, site);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(`${fresh}.old`, { recursive: true, force: true });
  }
}
