// Writes a release's dependencies as a CycloneDX 1.5 SBOM:
//   node .ci/sbom.mjs BOM.cdx.json
//
// Lists each crate compiled into the server or the WebAssembly, and each npm package bundled into the site (none so
// far), with version, purl, license and the checksum in its lock file. Excludes proc macros, build scripts and tools,
// because they are not part of a release. Has no timestamp or serial number: the same sources give the same file.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const tools = join(root, "end2end");
const [output] = process.argv.slice(2).map((path) => resolve(path));

const PARTS = {
  server: ["--target", "x86_64-unknown-linux-gnu"],
  site: ["--target", "wasm32-unknown-unknown", "--no-default-features", "--features", "hydrate"],
};
const components = new Map(); // by purl
const dependsOn = new Map(); // from purl to the purls that it depends on

function add(purl, part, component) {
  const entry = components.get(purl) ?? { type: "library", "bom-ref": purl, ...component, purl, properties: [] };
  if (!entry.properties.some(({ value }) => value === part)) {
    entry.properties.push({ name: "latchkey:part", value: part });
  }
  components.set(purl, entry);
  if (!dependsOn.has(purl)) dependsOn.set(purl, new Set());
}

const checksums = new Map(
  readFileSync(join(root, "Cargo.lock"), "utf8")
    .split("[[package]]")
    .map((block) => [...block.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, key, value]) => [key, value]))
    .map((fields) => Object.fromEntries(fields))
    .map(({ name, version, checksum }) => [`${name}@${version}`, checksum]),
);

// Uses cargo tree instead of cargo metadata, which does not tell the features of a build from those of build scripts.
function crates(part, selection) {
  const format = ["--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", "\t{p}\t{l}\t"];
  const args = ["tree", "--locked", "--package", "latchkey", ...selection, ...format];
  const tree = execFileSync("cargo", args, { cwd: root, encoding: "utf8" });
  const path = []; // purls from the root to the current line
  for (const line of tree.trim().split("\n")) {
    const [depth, crate, license] = line.split("\t");
    const [name, version] = [crate.split(" ")[0], crate.split(" ")[1].slice(1)];
    const purl = `pkg:cargo/${name}@${version}`;
    const checksum = checksums.get(`${name}@${version}`);
    // Older crates write MIT/Apache-2.0 where SPDX has OR.
    const licenses = [{ expression: license.replace(/\s*\/\s*/g, " OR ") }];
    if (!license || (!checksum && name !== "latchkey")) throw new Error(`${crate}: no license or checksum`);
    add(purl, part, { name, version, ...(checksum && { hashes: [{ alg: "SHA-256", content: checksum }] }), licenses });
    path.splice(Number(depth), Infinity, purl);
    if (path.length > 1) dependsOn.get(path.at(-2)).add(purl);
  }
  return path[0];
}

// The npm packages that .ci/site.mjs bundles, as esbuild reports them.
async function packages(application) {
  const { build } = createRequire(join(tools, "package.json"))("esbuild");
  const entryPoints = ["src/frame/main.js", "style/main.css"].map((path) => join(root, path));
  const options = { bundle: true, write: false, metafile: true, outdir: "/", external: ["/*"], absWorkingDir: root };
  const { metafile } = await build({ entryPoints, ...options });
  const locked = JSON.parse(readFileSync(join(tools, "package-lock.json"), "utf8")).packages;
  for (const file of Object.keys(metafile.inputs).filter((file) => file.includes("node_modules/"))) {
    const folder = Object.keys(locked).find((folder) => folder && file.includes(`${folder}/`));
    if (!folder || !locked[folder].license) throw new Error(`${file} is bundled but not in package-lock.json`);
    const { version, license, integrity } = locked[folder];
    const name = folder.replace(/^.*node_modules\//, "");
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    const content = Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");
    add(purl, "site", { name, version, hashes: [{ alg: "SHA-512", content }], licenses: [{ expression: license }] });
    dependsOn.get(application).add(purl);
  }
}

const [application] = Object.entries(PARTS).map(([part, selection]) => crates(part, selection));
await packages(application);

const { properties, ...component } = { ...components.get(application), type: "application" };
components.delete(application);
const sorted = (values) => [...values].sort();
const bom = {
  $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.5",
  version: 1,
  metadata: { component },
  components: sorted(components.keys()).map((purl) => components.get(purl)),
  dependencies: sorted(dependsOn.keys()).map((ref) => ({ ref, dependsOn: sorted(dependsOn.get(ref)) })),
};
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, `${JSON.stringify(bom, null, 1)}\n`);
console.error(`   ${bom.components.length} components: ${output}`);
