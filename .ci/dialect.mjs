// Fails when a word of the project's former private vocabulary occurs more often than .ci/dialect_baseline.txt allows.
// The baseline only shrinks; a word without a line there must not occur at all. See docs/glossary.md.
//
//     node .ci/dialect.mjs                 checks; prints the places of each word that has become more frequent
//     node .ci/dialect.mjs --list WORD…    prints every place of these words, or of all words
//     node .ci/dialect.mjs --lower         lowers the baseline to today's counts; never raises one
//     node .ci/dialect.mjs --test          checks the patterns themselves
import { readFileSync, readdirSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const baselineFile = fileURLToPath(new URL('dialect_baseline.txt', import.meta.url));
const FOLDERS = ['src', 'sandbox', 'docs', 'end2end'];
const EXTENSIONS = ['.rs', '.js', '.mjs', '.md', '.html', '.css', '.sql', '.toml', '.json'];
// Fixtures are data that older versions wrote.
const SKIPPED = ['node_modules', 'target', 'screenshots', 'results', 'src/tests/fixtures', 'package-lock.json'];

/** The word as a whole part of an identifier or of prose: `held`, `held_until`, `heldUntil`, `HeldVisit`, `HELD`. */
const part = (...words) => words.map((word) => {
  const capital = word[0].toUpperCase() + word.slice(1);
  return `(?<![A-Za-z])${word}(?![a-z])|${capital}(?![a-z])|(?<![A-Za-z])${word.toUpperCase()}(?![A-Za-z])`;
}).join('|');
/** A type's name, but not a capitalized word that begins a sentence. */
const type = (...names) => `\\b(?:${names.join('|')})\\b(?!,? [a-z’'])`;
/** A module or file, or a path through it. */
const room = (name) => `\\bmod ${name};|\\b${name}::|\\b${name}\\.(?:rs|js)\\b`;
/** A name in code, not prose: with an underscore, or declared, or used as a value. */
const value = (name) => [
  `\\b${name}_|_${name}\\b`,
  `\\b(?:let|mut|const|fn|for) ${name}\\b`,
  `\\b${name}(?=\\.[a-z]|\\(|: |\\?)`,
  `\\.${name}\\b`,
].join('|');

/** What must not occur, and what to write in its place. Where a word has other good meanings, the pattern is narrow. */
const WORDS = [
  ['echo', `${part('echo', 'echoes', 'echoed', 'unechoed')}`, 'cookie probe, probed'],
  ['carrier', part('carrier', 'carriers'), 'session credential'],
  ['stays', `${type('Stay', 'Stays')}|${room('stays')}|${value('stay')}`, 'active sessions'],
  ['held', `${value('held')}|\\bheld visits?|${room('held')}|Held(?![a-z])`, 'pending'],
  ['memo', part('memo', 'memos'), 'flash'],
  ['scene', part('scene'), 'page renderer'],
  ['desk', `(?<!front )(?<!help )(?<!hot-)(?<!fixed-)(?<!dedicated-)(?:${part('desk')})`, 'account form'],
  ['entrance', part('entrance', 'entrances'), 'landing'],
  ['show', room('show'), 'render_visit'],
  ['tab', room('tab'), 'open_in_new_tab'],
  ['shelf', part('shelf', 'shelves'), 'cache'],
  ['kept', `${type('Kept')}|\\bkept_(?!out)|\\.kept\\b|\\b(?:let|mut) kept\\b|\\bkept(?=\\.[a-z]|: )`,
    'cached; pending; retention'],
  ['weight', `(?<!font[-_])(?:${part('weight')})`, 'size'],
  ['chance', `(?<!by )(?<!\\ba )(?<!no )(?:${part('chance')})`, 'rng'],
  ['proven', `${type('Proven')}|${value('proven')}`, 'verified password, verified'],
  ['is_fresh', `${value('fresh')}|${type('Fresh')}|\\bfresh passwords?`, 'recently authenticated; new'],
  ['grounds', part('grounds'), 'evidence'],
  ['Shut', `${type('Shut')}|\\bShut::`, 'AccessDenied'],
  ['Stands', `${type('Stands')}|\\bStands::|${value('stands')}`, 'CompanyStatus, status'],
  ['Seen', `${type('Seen')}|\\bSeen::`, 'ClientInfo'],
  ['Noted', `${type('Noted')}|\\bNoted\\(`, 'ClientInfo'],
  ['Told', `${type('Told')}|\\bTold::|\\btold\\b`, 'LaunchProfile; EventOutcome; reported, sent'],
  ['Said', `${type('Said')}|${value('said')}`, 'ResponseMeta; message, output'],
  ['Asked', `${type('Asked')}|${value('asked')}`, 'Request; requested'],
  ['came', value('came'), 'received, arrived, returned'],
  ['Fault', `${type('Fault')}|\\bFault::`, '…Error; an injected fault of the sandbox may be one'],
  ['Failure', `${type('Failure')}|\\bFailure::`, '…Error'],
  ['Trouble', `${type('Trouble')}|\\bTrouble::|${value('trouble')}|${room('trouble')}`, '…Error'],
  ['Mend', `${type('Mend')}|\\bMend::|${value('mend')}`, '…Error; retry'],
  ['reach', `${room('reach')}|${type('Reach')}|\\bfn reach\\b`, 'API credentials'],
  ['apart', `${room('apart')}|${type('Apart')}|\\bfn apart\\b`, 'offload'],
  ['pace', part('pace'), 'rate limit'],
  ['judge', part('judge', 'judges', 'judged'), 'apply; check'],
  ['switch', `${room('switch')}|\\bfn switch|\\.switch(?:_\\w+)?\\(|\\bswitches::`, 'enable, disable'],
  ['endings', part('endings'), 'revocation'],
  ['erasures', part('erasures', 'erasure'), 'deletion'],
  ['NoRoom', '\\bNoRoom\\b', 'StorageUnavailable'],
  ['passes(', '(?:\\.|fn )passes\\(', 'is_transient()'],
  ['everything', `${room('everything')}|${type('Everything')}|\\bfn everything|/everything|everything[-_.]`,
    'data export'],
  ['roster', `${part('roster', 'rosters')}|NoRoster`, 'link CSV'],
  ['lock', `${room('lock')}|account/lock|locked_until`, 'throttle'],
  ['manners', part('manners'), 'frame_height'],
  ['heads', '\\bheads\\.js', 'restore_focus'],
  ['whoever', part('whoever', 'whomever'), 'the user; anyone who'],
  ['whither', part('whither', 'thither', 'whence'), 'where to; the target'],
  ['Those of the', '\\bThose of the\\b', 'drop the sentence'],
  ['comes to', '\\bwhat (?:it|that|they|this) comes? to\\b|\\bbeside the point\\b|\\bgone for good\\b',
    'say what happens'],
].map(([word, pattern, instead]) => ({ word, pattern: new RegExp(pattern, 'g'), instead }));

/** Places where the pattern means something else. */
const FINE = [
  { word: 'echo', line: /(?:^|[\s`;|&(])echo (?:["'$-]|-[ne])|\becho off\b/ },
  { word: 'Fault', file: /(?:^|\/)sandbox\/|^src\/(?:server\/.*\/)?tests\// },
];

function* files(folder) {
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const file = path.posix.join(folder, entry.name);
    if (SKIPPED.includes(entry.name) || SKIPPED.includes(file)) continue;
    if (entry.isDirectory()) yield* files(file);
    else if (EXTENSIONS.includes(path.extname(file))) yield file;
  }
}

/** A test's name is a sentence: words that are good English count only elsewhere in such a line. */
const SENTENCE = /\bfn \w+?(?:_\w+?){4,}\(/;
const GOOD_ENGLISH = ['kept', 'came', 'Said', 'Asked', 'Trouble', 'proven', 'is_fresh', 'Stands', 'stays'];

/** Where each word occurs in a text: the word, its place, and the line. */
function* occurrences(file, text) {
  for (const [index, line] of text.split('\n').entries()) {
    for (const { word, pattern } of WORDS) {
      const fine = FINE.some((f) => f.word === word && (f.file?.test(file) || f.line?.test(line)));
      if (fine) continue;
      const read = GOOD_ENGLISH.includes(word) ? line.replace(SENTENCE, '(') : line;
      for (const _ of read.matchAll(pattern)) yield { word, place: `${file}:${index + 1}`, line: line.trim() };
    }
    // A file's own name counts once.
    if (index > 0) continue;
    for (const { word, pattern } of WORDS) {
      const name = path.basename(file);
      if (name.match(pattern)) yield { word, place: file, line: '(the name of the file)' };
    }
  }
}

function baseline() {
  const lines = existsSync(baselineFile) ? readFileSync(baselineFile, 'utf8').split('\n') : [];
  const pairs = lines.filter((line) => line && !line.startsWith('#')).map((line) => line.match(/^(.+): (\d+)$/));
  return new Map(pairs.map(([, word, count]) => [word, Number(count)]));
}

function print(found, { word, instead }) {
  console.log(`${word} → ${instead}`);
  const places = found.filter((one) => one.word === word);
  for (const { place, line } of places) console.log(`  ${place}: ${line.slice(0, 160)}`);
}

function test() {
  const all = (text) => [...occurrences('src/a.rs', text)].map(({ word }) => word).sort().join(' ');
  const wrong = [
    ['use crate::x::{Carrier, MaybeCarrier};', 'carrier carrier'],
    ['held_until = heldVisit', 'held'],
    ['let held = 1;', 'held'],
    ['a lock that is held while it writes', ''],
    ['mutex.lock().unwrap()', ''],
    ['mod lock;', 'lock'],
    ['// Those of the database.', 'Those of the'],
    ['echo "done" | tee x', ''],
    ['/v/{visit}/echo', 'echo'],
    ['font-weight: 600', ''],
    ['fn weight(&self)', 'weight'],
    ['it stays open', ''],
    ['stays::of_account(db)', 'stays'],
    ['if e.passes() {', 'passes('],
    ['it passes (mostly)', ''],
    ['memoize()', ''],
    ['memo: Memo', 'memo memo'],
    ['if visit.is_fresh(now)', 'is_fresh'],
    ['a fresh start', ''],
    ['switch (x) {', ''],
    ['fn switch_company()', 'switch'],
    ['Asked for by the user', ''],
    ['fn a(asked: &Asked)', 'Asked Asked'],
    ['whoever came', 'whoever'],
    ['by chance', ''],
    ['chance: Chance', 'chance chance'],
    ['NoRoom', 'NoRoom'],
    ['everything is fine', ''],
    ['desktop', ''],
    ['the roster, NoRoster', 'roster roster'],
    ['behind the scenes', ''],
    ['Scene::of()', 'scene'],
    ['fn a_row_of_the_batch_is_kept()', ''],
    ['fn open_in_new_tab::x', ''],
  ].filter(([text, expected]) => all(text) !== expected);
  for (const [text, expected] of wrong) console.log(`${text}: "${all(text)}" instead of "${expected}"`);
  return wrong.length === 0;
}

const [flag, ...words] = process.argv.slice(2);
if (flag === '--test') process.exit(test() ? 0 : 1);
const found = FOLDERS.filter((folder) => existsSync(path.join(root, folder)))
  .flatMap((folder) => [...files(folder)])
  .flatMap((file) => [...occurrences(file, readFileSync(path.join(root, file), 'utf8'))]);
const count = (word) => found.filter((one) => one.word === word).length;
const allowed = baseline();

if (flag === '--list') {
  const wanted = ({ word }) => (words.length === 0 ? count(word) > 0 : words.includes(word));
  for (const entry of WORDS.filter(wanted)) print(found, entry);
} else if (flag === '--lower') {
  const first = !existsSync(baselineFile);
  const counts = WORDS.map(({ word }) => [word, first ? count(word) : Math.min(count(word), allowed.get(word) ?? 0)]);
  const head = '# How often each word of .ci/dialect.mjs may still occur. Lower it: node .ci/dialect.mjs --lower\n';
  writeFileSync(baselineFile, head + counts.filter(([, n]) => n > 0).map(([word, n]) => `${word}: ${n}\n`).join(''));
} else {
  const unknown = [...allowed.keys()].filter((word) => !WORDS.some((entry) => entry.word === word));
  const grown = WORDS.filter(({ word }) => count(word) > (allowed.get(word) ?? 0));
  const fewer = WORDS.filter(({ word }) => count(word) < (allowed.get(word) ?? 0));
  for (const entry of grown) {
    print(found, entry);
    console.log(`  ${count(entry.word)} times; ${allowed.get(entry.word) ?? 0} are allowed`);
  }
  const names = fewer.map(({ word }) => word).join(', ');
  if (names) console.log(`fewer than the baseline allows (run --lower): ${names}`);
  if (unknown.length > 0) console.log(`not in the list: ${unknown.join(', ')}`);
  console.log(`dialect: ${found.length} occurrences of ${new Set(found.map(({ word }) => word)).size} words`);
  process.exitCode = grown.length > 0 || unknown.length > 0 || !test() ? 1 : 0;
}
