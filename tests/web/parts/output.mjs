// A built site as a folder of files: its pages with their kinds, and which of them stand for all others. Never serves
// anything, and knows no browser.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'

/** The kinds of pages that every site has unless it turned them off; `404` is told by its name. */
export const REQUIRED = ['home', 'post', 'topic', 'archive']

/** Ends the program with a sentence. */
export function fail(program, text, status = 1) {
  console.error(`${program}: ${text}`)
  process.exit(status)
}

/**
 * The pages of an output folder, in order of their files.
 *
 * A theme says the kind of a page in a class of `body`: `kind-post`. The whole address comes from the front page's
 * `rel=canonical`, so a site below a path is looked at below that path.
 */
export function readOutput(program, folder) {
  const root = resolve(folder)
  if (!existsSync(join(root, 'index.html'))) fail(program, `there is no index.html in ${folder}`, 2)
  const canonical = canonicalOf(readFileSync(join(root, 'index.html'), 'utf8'))
  if (!canonical) fail(program, 'the front page has no canonical address')
  const address = new URL(canonical)
  const base = address.pathname.replace(/\/$/, '')
  const pages = []
  for (const file of readdirSync(root, { recursive: true }).sort()) {
    if (!file.endsWith('.html')) continue
    const html = readFileSync(join(root, file), 'utf8')
    const kind = file === '404.html' ? '404' : /<body[^>]*\bclass="[^"]*\bkind-([a-z0-9]+)/.exec(html)?.[1]
    if (!kind) continue
    const path = file.split(sep).map(encodeURIComponent).join('/').replace(/(^|\/)index\.html$/, '$1')
    pages.push({ file, kind, html, path: kind === '404' ? `${base}/nothing/is/here/` : `${base}/${path}`, status: kind === '404' ? 404 : 200 })
  }
  const missing = REQUIRED.filter((kind) => !pages.some((page) => page.kind === kind))
  if (missing.length > 0) {
    fail(program, `the output has no page of the kind ${missing.join(', ')} (a theme says it by <body class="kind-post">)`)
  }
  return { root, origin: address.origin, base, pages }
}

/** The address of a page's `rel=canonical`. */
export function canonicalOf(html) {
  return /<link rel="?canonical"? href="?([^"\s>]+)/.exec(html)?.[1]
}

/**
 * Pages that stand for all others, with names: of posts the one with the most kinds of blocks and the plainest without a
 * picture, of archives the whole, a year and a month, of all other kinds the richest.
 */
export function choosePages({ pages }) {
  const of = (kind) => pages.filter((page) => page.kind === kind)
  const richest = (list) => best(list, (page) => wealth(page.html))
  const posts = of('post')
  const pictured = posts.filter((page) => hasPicture(page.html))
  const bare = posts.filter((page) => !hasPicture(page.html))
  const archives = of('archive').sort((one, other) => depth(one) - depth(other))
  const homes = of('home')
  const chosen = [
    ['home', homes.find((page) => page.file === 'index.html')],
    ['home-older', homes.find((page) => page.file !== 'index.html')],
    ['post', richest(pictured.length > 0 ? pictured : posts)],
    ['post-plain', best(bare, (page) => -wealth(page.html))],
    ['topic', richest(of('topic'))],
    ['topics', richest(of('topics'))],
    ['source', richest(of('source'))],
    ['sources', richest(of('sources'))],
    ['archive', archives[0]],
    ['archive-year', archives.find((page) => depth(page) === depth(archives[0]) + 1)],
    ['archive-month', best(archives.filter((page) => depth(page) === depth(archives[0]) + 2), (page) => page.html.length)],
    ['page', richest(of('page'))],
    ['404', of('404')[0]],
  ]
  return chosen.filter(([, page]) => page !== undefined).map(([name, page]) => ({ ...page, name }))
}

/** Whether the main part of a page has a picture. */
export function hasPicture(html) {
  return /<main[^]*<img /.test(html)
}

/** How many kinds of blocks the main part of a page has: its tags with their classes, each once. */
function wealth(html) {
  const main = /<main[^]*<\/main>/.exec(html)?.[0] ?? html
  const blocks = new Set()
  for (const [, tag, rest] of main.matchAll(/<([a-z][a-z0-9]*)((?:\s[^>]*)?)>/g)) {
    blocks.add(`${tag} ${/\bclass="([^"]*)"/.exec(rest)?.[1] ?? ''}`)
  }
  return blocks.size
}

function best(list, rank) {
  let found
  for (const item of list) if (found === undefined || rank(item) > rank(found)) found = item
  return found
}

function depth(page) {
  return page.file.split(sep).length
}

/** The file that answers a path below the base, as static hosts find it; nothing if there is none. */
export function fileOf({ root, base }, path) {
  if (path !== base && !path.startsWith(`${base}/`)) return undefined
  let file = resolve(root, `.${path.slice(base.length)}`)
  if (file !== root && !file.startsWith(root + sep)) return undefined
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html')
  return existsSync(file) ? file : undefined
}
