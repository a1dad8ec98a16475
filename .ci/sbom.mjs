// Writes what a release holds, as CycloneDX 1.5:
//   node .ci/sbom.mjs BOM.cdx.json
//
// Each crate that is compiled into the server or into the browser's half, and each npm package that is bundled into the site (none so
// far), with version, purl, licence and the checksum that its lock file holds it to. No proc macros, build scripts or tools: they build
// a release and are not in it. No time and no number of its own: the same sources make the same file.

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
const dependsOn = new Map(); // purl to the purls that it uses

function add(purl, part, component) {
  const known = components.get(purl) ?? { type: "library", "bom-ref": purl, ...component, purl, properties: [] };
  if (!known.properties.some(({ value }) => value === part)) known.properties.push({ name: "latchkey:part", value: part });
  components.set(purl, known);
  if (!dependsOn.has(purl)) dependsOn.set(purl, new Set());
}

const checksums = new Map(
  readFileSync(join(root, "Cargo.lock"), "utf8")
    .split("[[package]]")
    .map((block) => Object.fromEntries([...block.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, key, value]) => [key, value])))
    .map(({ name, version, checksum }) => [`${name}@${version}`, checksum]),
);

// cargo tree and not cargo metadata: only the tree knows the features that a build really has, apart from those of build scripts.
function crates(part, selection) {
  const format = ["--edges", "normal,no-proc-macro", "--prefix", "depth", "--format", "\t{p}\t{l}\t"];
  const tree = execFileSync("cargo", ["tree", "--locked", "--package", "latchkey", ...selection, ...format], { cwd: root, encoding: "utf8" });
  const path = []; // the purls above a line
  for (const line of tree.trim().split("\n")) {
    const [depth, crate, licence] = line.split("\t");
    const [name, version] = [crate.split(" ")[0], crate.split(" ")[1].slice(1)];
    const purl = `pkg:cargo/${name}@${version}`;
    const checksum = checksums.get(`${name}@${version}`);
    // Older crates write MIT/Apache-2.0 for what SPDX calls an OR.
    const licenses = [{ expression: licence.replace(/\s*\/\s*/g, " OR ") }];
    if (!licence || (!checksum && name !== "latchkey")) throw new Error(`${crate}: no licence or no checksum`);
    add(purl, part, { name, version, ...(checksum && { hashes: [{ alg: "SHA-256", content: checksum }] }), licenses });
    path.splice(Number(depth), Infinity, purl);
    if (path.length > 1) dependsOn.get(path.at(-2)).add(purl);
  }
  return path[0];
}

// What .ci/site.mjs bundles: esbuild itself says which files that takes.
async function packages(application) {
  const { build } = createRequire(join(tools, "package.json"))("esbuild");
  const entryPoints = ["src/islands/frame/main.js", "style/main.css"].map((path) => join(root, path));
  const { metafile } = await build({ entryPoints, bundle: true, write: false, metafile: true, outdir: "/", external: ["/*"], absWorkingDir: root });
  const locked = JSON.parse(readFileSync(join(tools, "package-lock.json"), "utf8")).packages;
  for (const file of Object.keys(metafile.inputs).filter((file) => file.includes("node_modules/"))) {
    const folder = Object.keys(locked).find((folder) => folder && file.includes(`${folder}/`));
    if (!folder || !locked[folder].license) throw new Error(`${file} is bundled, and end2end/package-lock.json does not say what it is`);
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
