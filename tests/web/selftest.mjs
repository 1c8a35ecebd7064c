// Whether the checks of this folder see what they are there to see: a post of a built site is spoiled in every way that they
// name, and each must say so. A check that never fails is worth nothing.
//
//   node tests/web/selftest.mjs OUTPUT
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { choosePages, fail, readOutput } from './parts/output.mjs'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))

const STYLE = `
  main p { color: #8a8a8a !important; background: #fff !important }
  .selftest-grey { color: #666 !important } h1 { font-style: italic }
  * { outline: none !important; transition: color 2s !important; scroll-behavior: smooth !important }
  body > a:first-child, .skip { display: none !important }
  main > * { min-width: 700px }
  .selftest-tight { height: .9em; overflow: hidden; line-height: .9; white-space: nowrap; width: max-content; font-size: 3rem }
  .selftest-tight { margin: 0 }
  .selftest-over { position: absolute; top: 0; left: 0; width: 300px; height: 400px; font-size: 2rem }
  @media print { html, body { background: #222 !important } h1 { display: none !important }
    body:not(#none) header:not(#none), body header:not(#none) nav:not(#none) { display: block !important } }
  @media (min-width: 1000px) { main { padding-left: 37px !important } }`
const BODY = `
  <div class="selftest-over">Ceci est posé sur le reste de la page, où il y a d'autres mots.</div>
  <p class="selftest-tight">Serré</p><div class="prose"><p class="selftest-grey">Assez gris pour AA</p></div>
 <h1>Un autre titre</h1><img src="/nothing/here.png"><a href="/sujets/" tabindex="-9" onfocus="1">caché</a>
  <script src="https://other.example/script.js"></script>
  <script>document.write('<p>Dit par un script</p>'); console.error('told'); throw new Error('thrown')</script>`
const DATA = [{ '@context': 'https://schema.org', '@type': 'Organization', name: 'x', nom: 'y' }, {
  '@context': 'https://schema.org', '@type': 'NewsArticle', headline: 'Un autre', datePublished: '2025-10-24', url: '/relative/',
  author: [{ '@type': 'Person', nam: 'x' }],
}]

/** Programs with what they must say of the spoiled site. */
const EXPECTED = [
  ['browser.mjs', ['--only', 'post'], [
    'asks another host: https://other.example/script.js', '404: ', 'console: told', 'script: thrown', 'scrolls sideways by',
    'lies on', 'h1 elements', 'picture not loaded', 'axe image-alt', 'axe color-contrast (', 'axe color-contrast-enhanced',
    'moves though motion is not wanted', 'scrolls smoothly', 'has a dark ground on paper', 'not on paper: <h1', 'the menu is on paper',
    'nothing shows it', 'the first stop is no link within the page', 'the skip link does not lead to the main part',
    'text is cut', 'without scripts there is no `Dit par un script`',
  ]],
  ['structured.mjs', [], [
    "'\"nom\"' does not exist in type", "'\"nam\"' does not exist in type", 'datePublished is no date with a time',
    'url is no whole address: /relative/', 'NewsArticle without publisher', 'NewsArticle.headline is `Un autre`',
    'NewsArticle.author without a name',
  ]],
  ['lighthouse.mjs', ['--only', 'post', '--runs', '1'], ['accessibility', 'best-practices', 'errors-in-console', 'image-alt']],
]

if (process.argv.length !== 3) fail('selftest', 'usage: node tests/web/selftest.mjs OUTPUT', 2)
const output = readOutput('selftest', process.argv[2])
const post = choosePages(output).find(({ name }) => name === 'post')
const scratch = mkdtempSync(join(tmpdir(), 'manchette-selftest-'))
const missed = []
try {
  const record = join(scratch, 'record.txt')
  await run('node', [join(here, 'layout.mjs'), output.root, record], { env: { ...process.env, UPDATE: '1' } })
  await expect('layout.mjs of what is as it was', [join(here, 'layout.mjs'), output.root, record], ['look as they did'], 0)

  const spoiled = join(scratch, 'spoiled')
  cpSync(output.root, spoiled, { recursive: true })
  const html = post.html.replace(/<script type="application\/ld\+json">[^]*?<\/script>/g, '')
    .replace('</head>', `<style>${STYLE}</style><script type="application/ld+json">${JSON.stringify(DATA)}</script></head>`)
    .replace('</main>', `${BODY}</main>`)
  writeFileSync(join(spoiled, post.file), html)
  // The front page becomes too heavy, and pictures without room push it down.
  const front = join(spoiled, 'index.html')
  writeFileSync(front, readFileSync(front, 'utf8').replace('</head>', `<style>/* ${'x'.repeat(31_000)} */</style></head>`)
    .replace(/(<main[^>]*>)/, `$1<script>${'//'.repeat(5_500)}</script><img src="/selftest.svg" alt="" style="display: block">`))
  writeFileSync(join(spoiled, 'selftest.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"></svg>')

  for (const [program, flags, phrases] of EXPECTED) await expect(program, [join(here, program), spoiled, ...flags], phrases, 1)
  await expect('budgets.mjs', [join(here, 'budgets.mjs'), spoiled], ['styles: ', 'scripts: ', 'layout shift '], 1)
  await expect('layout.mjs', [join(here, 'layout.mjs'), spoiled, record], ['.selftest-over is new', 'type was', 'gap was'], 1)
  await expect('validate.sh', [join(here, 'validate.sh'), spoiled], ['wcag/h37'], 1, 'bash')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
for (const what of missed) console.error(`selftest: ${what}`)
console.log(missed.length === 0 ? 'selftest: the checks see what they should' : `selftest: FAILED, ${missed.length} blind spots`)
process.exitCode = missed.length === 0 ? 0 : 1

/** Runs a program and looks for phrases in what it says, and for its status. */
async function expect(name, command, phrases, status, interpreter = 'node') {
  let said = ''
  let code = 0
  try {
    const { stdout, stderr } = await run(interpreter, command, { maxBuffer: 1 << 26 })
    said = stdout + stderr
  } catch (error) {
    if (process.env.SHOW) console.log(error.stdout + error.stderr)
    said = `${error.stdout}${error.stderr}`
    code = error.code
  }
  if (code !== status) missed.push(`${name} ended with ${code}, not ${status}: ${said.slice(-400)}`)
  for (const phrase of phrases) if (!said.includes(phrase)) missed.push(`${name} does not say \`${phrase}\``)
  console.log(`selftest: ${name}, ${phrases.length} phrases`)
}
