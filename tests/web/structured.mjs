// Holds what machines read in a built site to what it says: structured data (JSON-LD) to schema.org's types, to what Google
// wants of news, and to the site; Open Graph pictures and the web app manifest to the files that they name.
//
//   node tests/web/structured.mjs OUTPUT
//
// What Google wants: https://developers.google.com/search/docs/appearance/structured-data/article and …/breadcrumb, read in
// 2025. Of a NewsArticle it demands nothing and recommends author (with name and url), dates, headline and image; we demand
// them, but `url` of an author, who may have none, and `image` where the page names none. Of a BreadcrumbList it demands
// what we demand.
import { readFileSync } from 'node:fs'
import { imageSize } from 'image-size'
import { canonicalOf, fail, fileOf, readOutput } from './parts/output.mjs'
import { collect } from './parts/problems.mjs'
import { refusedByTypes } from './parts/schema.mjs'

/** What each kind of page must say of itself; a front page has nothing above it. */
const WANTED = {
  home: [], post: ['NewsArticle', 'BreadcrumbList'],
  topic: ['CollectionPage', 'BreadcrumbList'], source: ['CollectionPage', 'BreadcrumbList'], archive: ['CollectionPage', 'BreadcrumbList'],
  topics: ['CollectionPage', 'BreadcrumbList'], sources: ['CollectionPage', 'BreadcrumbList'], page: ['BreadcrumbList'], 404: [],
}
/** Properties whose text is an address. */
const ADDRESSES = ['@id', 'url', 'contentUrl', 'thumbnailUrl', 'mainEntityOfPage', 'image', 'logo', 'sameAs', 'item', 'license', 'target']
/** Properties that may be an address or words. */
const MAYBE_ADDRESSES = ['isBasedOn', 'citation', 'isPartOf', 'about', 'publishingPrinciples', 'correction']
const DATES = ['datePublished', 'dateModified', 'dateCreated', 'datePosted', 'uploadDate']
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

if (process.argv.length !== 3) fail('structured', 'usage: node tests/web/structured.mjs OUTPUT', 2)
const output = readOutput('structured', process.argv[2])
const problems = collect('structured')
const things = []
for (const page of output.pages) {
  const tell = (what) => problems.tell(page.file, what)
  const found = blocks(page.html, tell)
  for (const data of found) {
    things.push({ from: page.file, data })
    walk(data, [], (value, path) => inspect(value, path, tell))
    if (data['@type'] === 'NewsArticle') newsArticle(data, page, tell)
    if (data['@type'] === 'BreadcrumbList') breadcrumbs(data, tell)
  }
  openGraph(page.html, tell)
  manifest(page.html, tell)
  const types = found.map((data) => data['@type'])
  for (const type of WANTED[page.kind] ?? []) if (!types.includes(type)) tell(`says nothing of the type ${type}`)
  for (const type of ['NewsArticle', 'BreadcrumbList']) if (types.filter((one) => one === type).length > 1) tell(`says ${type} more than once`)
}
for (const { from, what } of refusedByTypes(things)) problems.tell(from, what)

const counts = new Map()
for (const { data } of things) counts.set(data['@type'], (counts.get(data['@type']) ?? 0) + 1)
console.log(`structured: ${things.length} things on ${output.pages.length} pages: ${[...counts].map(([type, all]) => `${all} ${type}`).join(', ')}`)
problems.finish('all well')

/** The things of a page: those of each block, and of each `@graph` in it. */
function blocks(html, tell) {
  const found = []
  for (const [, text] of html.matchAll(/<script type="?application\/ld\+json"?[^>]*>([^]*?)<\/script>/g)) {
    let data
    try {
      data = JSON.parse(text)
    } catch (error) {
      tell(`its JSON-LD is no JSON: ${error.message}`)
      continue
    }
    for (const block of Array.isArray(data) ? data : [data]) {
      if (block['@context'] !== 'https://schema.org') tell(`the context of its JSON-LD is ${JSON.stringify(block['@context'])}`)
      for (const thing of block['@graph'] ?? [block]) {
        if (typeof thing['@type'] === 'string' && /^[A-Z][A-Za-z0-9]*$/.test(thing['@type'])) found.push(thing)
        else tell(`a thing has the type ${JSON.stringify(thing['@type'])}`)
      }
    }
  }
  return found
}

/** Visits everything in it, with the names that lead there. */
function walk(value, path, visit) {
  visit(value, path)
  if (Array.isArray(value)) value.forEach((item) => walk(item, path, visit))
  else if (value !== null && typeof value === 'object') for (const [key, item] of Object.entries(value)) walk(item, [...path, key], visit)
}

/** One value: addresses, dates, empty words, pictures. */
function inspect(value, path, tell) {
  const name = path.at(-1)
  const where = path.join('.')
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) tell(`${where} is empty`)
  if (typeof value === 'string') {
    if (ADDRESSES.includes(name) || (MAYBE_ADDRESSES.includes(name) && /^[a-z]+:|^\//.test(value))) inspectAddress(value, where, tell)
    if (DATES.includes(name) && !INSTANT.test(value)) tell(`${where} is no date with a time and an offset: ${value}`)
    if (!ADDRESSES.includes(name) && /<[a-z/]|&(amp|lt|gt|quot|#\d+);/i.test(value)) tell(`${where} has HTML in it: ${value.slice(0, 80)}`)
  }
  if (value?.['@type'] === 'ImageObject') inspectPicture(value, where, tell)
}

function inspectAddress(value, where, tell) {
  if (!/^https?:\/\/[^/]/.test(value) || !URL.canParse(value)) return tell(`${where} is no whole address: ${value}`)
  const address = new URL(value)
  if (address.origin === output.origin && fileOf(output, decodeURIComponent(address.pathname)) === undefined) {
    tell(`${where} leads to nothing of the site: ${value}`)
  }
}

/** A picture of the site has the size that is said. */
function inspectPicture(picture, where, tell) {
  const address = picture.url ?? picture.contentUrl
  if (typeof address !== 'string') return tell(`${where} is a picture without an address`)
  if (!URL.canParse(address) || new URL(address).origin !== output.origin) return
  const file = fileOf(output, decodeURIComponent(new URL(address).pathname))
  if (file === undefined) return
  const real = imageSize(readFileSync(file))
  for (const side of ['width', 'height']) {
    const said = picture[side]
    if (said === undefined) tell(`${where} does not say its ${side}: ${address}`)
    else if (Number.parseInt(said.value ?? said, 10) !== Math.round(real[side])) {
      tell(`${where} says a ${side} of ${JSON.stringify(said)}, but it is ${real[side]}: ${address}`)
    }
  }
}

function newsArticle(data, page, tell) {
  for (const key of ['headline', 'datePublished', 'dateModified', 'author', 'publisher', 'mainEntityOfPage']) {
    if (data[key] === undefined) tell(`NewsArticle without ${key}`)
  }
  for (const key of ['author', 'publisher']) {
    for (const one of [data[key] ?? []].flat()) if (typeof one !== 'object' || !one.name) tell(`NewsArticle.${key} without a name`)
  }
  if (Date.parse(data.dateModified) < Date.parse(data.datePublished)) tell(`NewsArticle was changed (${data.dateModified}) before it was published (${data.datePublished})`)
  const id = data.mainEntityOfPage?.['@id'] ?? data.mainEntityOfPage?.url ?? data.mainEntityOfPage ?? data.url
  const canonical = canonicalOf(page.html)
  if (typeof id === 'string' && id !== canonical) tell(`NewsArticle.mainEntityOfPage is ${id}, but the page is ${canonical}`)
  const picture = /<meta property="?og:image"? content=/.test(page.html)
  if (picture && data.image === undefined) tell('NewsArticle without image, though og:image names one')
  const heading = plain(/<h1[^>]*>([^]*?)<\/h1>/.exec(page.html)?.[1] ?? '')
  if (data.headline !== heading) tell(`NewsArticle.headline is \`${data.headline}\`, but the page says \`${heading}\``)
  // A post of a day without an hour is one of that day's first minute.
  const says = ([, time]) => (time.length === 10 ? `${data.datePublished}`.startsWith(time) : Date.parse(time) === Date.parse(data.datePublished))
  if (![...page.html.matchAll(/<time[^>]*\bdatetime="([^"]+)"/g)].some(says)) tell(`NewsArticle.datePublished is ${data.datePublished}, which the page does not say`)
}

function breadcrumbs(data, tell) {
  const list = [data.itemListElement ?? []].flat()
  if (list.length === 0) tell('BreadcrumbList without itemListElement')
  list.forEach((item, at) => {
    if (item.position !== at + 1) tell(`BreadcrumbList has position ${item.position} at place ${at + 1}`)
    if (!(item.name ?? item.item?.name)) tell(`BreadcrumbList has no name at place ${at + 1}`)
    // The last one is the page itself, so Google takes its own address.
    if (item.item === undefined && at + 1 < list.length) tell(`BreadcrumbList has no item at place ${at + 1}`)
  })
}

/** The pictures of Open Graph: whole addresses, and the sizes that are said. */
function openGraph(html, tell) {
  const meta = (name) => new RegExp(`<meta property="${name}" content="([^"]*)"`).exec(html)?.[1]
  const address = meta('og:image')
  if (address === undefined) return
  inspectAddress(address, 'og:image', tell)
  const file = URL.canParse(address) && new URL(address).origin === output.origin && fileOf(output, decodeURIComponent(new URL(address).pathname))
  if (!file) return
  const real = imageSize(readFileSync(file))
  for (const side of ['width', 'height']) {
    const said = meta(`og:image:${side}`)
    if (said === undefined) tell(`og:image without og:image:${side}`)
    else if (Number(said) !== Math.round(real[side])) tell(`og:image:${side} is ${said}, but the picture's is ${real[side]}`)
  }
  if (!meta('og:image:alt')) tell('og:image without og:image:alt')
}

/** The web app manifest, where a page names one: a name, a start within the site, icons of the sizes that are said. */
function manifest(html, tell) {
  const link = /<link rel="manifest" href="([^"]+)"/.exec(html)?.[1]
  if (link === undefined) return
  const address = new URL(link, `${output.origin}${output.base}/`)
  const file = fileOf(output, address.pathname)
  if (file === undefined) return tell(`the manifest ${link} does not exist`)
  const data = JSON.parse(readFileSync(file, 'utf8'))
  const resolved = (value) => new URL(value, address)
  for (const key of ['name', 'start_url', 'display', 'icons']) if (data[key] === undefined) tell(`${link} without ${key}`)
  if (data.start_url && (resolved(data.start_url).origin !== output.origin || !fileOf(output, resolved(data.start_url).pathname))) {
    tell(`${link}: start_url ${data.start_url} leads to nothing of the site`)
  }
  for (const icon of data.icons ?? []) {
    const picture = fileOf(output, resolved(icon.src).pathname)
    if (picture === undefined) { tell(`${link}: the icon ${icon.src} does not exist`); continue }
    const { width, height } = imageSize(readFileSync(picture))
    if (icon.sizes !== 'any' && icon.sizes !== `${width}x${height}`) tell(`${link}: the icon ${icon.src} has ${width}x${height}, not ${icon.sizes}`)
  }
}

/** The words of a piece of HTML. */
function plain(html) {
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }
  return html.replace(/<[^>]+>/g, '').replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name) => {
    if (name.startsWith('#')) return String.fromCodePoint(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)))
    return entities[name] ?? whole
  }).trim()
}
