// What a page is shown with: style sheets, pictures, scripts of this site, and whether they are still the same.
//
// A sheet or a picture is exchanged in place once the new one has come, so that nothing flashes.

const MOST = 120
const PARAMETER = 'manchette'

/** What we put in the place of an address: element → attribute → [as written, as it is now]. */
const changed = new WeakMap()
let serial = 0

/** The address of an element's attribute as the page's author wrote it. */
export function written(element, name) {
  const known = changed.get(element)?.[name]
  const now = element.getAttribute(name)
  return known && known[1] === now ? known[0] : now
}

/** Before an element becomes another one: what was exchanged stays so if its author wrote the same address. */
export function carry(from, to) {
  for (const [name, [was, now]] of Object.entries(changed.get(from) ?? {})) {
    if (to.getAttribute(name) === was && from.getAttribute(name) === now) to.setAttribute(name, now)
  }
}

/** Paths of this site without our own parameter; nothing for other hosts. */
function path(address) {
  try {
    const url = new URL(address, document.baseURI)
    return url.origin === location.origin && !url.pathname.startsWith('/__manchette/') ? url.pathname : null
  } catch {
    return null
  }
}

/** Sheets that a sheet imports. Those of other hosts cannot be read. */
function imports(sheet) {
  try {
    const rules = [...(sheet?.cssRules ?? [])].filter((rule) => rule instanceof CSSImportRule)
    return rules.flatMap((rule) => [new URL(rule.href, sheet.href ?? document.baseURI).href, ...imports(rule.styleSheet)])
  } catch {
    return []
  }
}

/** What there is in the page: path → what to do when it has changed. */
function used() {
  const found = new Map()
  const add = (address, kind, element) => {
    const at = path(address)
    if (!at) return
    if (!found.has(at)) found.set(at, [])
    found.get(at).push({ kind, element })
  }
  for (const link of document.querySelectorAll('link[rel~="stylesheet"][href]')) {
    add(link.href, 'sheet', link)
    imports(link.sheet).forEach((address) => add(address, 'sheet', link))
  }
  for (const style of document.querySelectorAll('style')) {
    imports(style.sheet).forEach((address) => add(address, 'style', style))
  }
  for (const script of document.querySelectorAll('script[src]')) add(script.src, 'script', script)
  for (const image of document.images) {
    if (image.currentSrc || image.src) add(image.currentSrc || image.src, 'image', image)
  }
  for (const icon of document.querySelectorAll('link[rel~="icon"][href]')) add(icon.href, 'icon', icon)
  return found
}

/** What identifies the bytes at these paths now. */
async function identify(paths) {
  const query = paths.slice(0, MOST).map((at) => `at=${encodeURIComponent(at)}`).join('&')
  const answer = await fetch(`/__manchette/assets?${query}`, { cache: 'no-store' })
  return answer.ok ? answer.json() : {}
}

const known = new Map()

/** Takes note of what the page is shown with. */
export async function note() {
  const paths = [...used().keys()].filter((at) => !known.has(at))
  if (paths.length > 0) Object.entries(await identify(paths)).forEach(([at, is]) => known.set(at, is))
}

/** Exchanges what has changed; true if the page has to be loaded again instead. */
export async function refresh() {
  const there = used()
  const now = await identify([...there.keys()])
  const jobs = []
  let reload = false
  for (const [at, uses] of there) {
    const was = known.get(at)
    if (now[at]) known.set(at, now[at])
    if (!was || !now[at] || was === now[at]) continue
    for (const { kind, element } of uses) {
      if (kind === 'script' || kind === 'style') reload = true
      if (kind === 'sheet') jobs.push(sheet(element))
      if (kind === 'image') jobs.push(image(element))
      if (kind === 'icon') renew(element, 'href')
    }
  }
  if (!reload) await Promise.all(jobs)
  return reload
}

/** An address that the browser has not seen yet. */
function fresh(address) {
  const url = new URL(address, document.baseURI)
  url.searchParams.set(PARAMETER, `${Date.now()}-${serial++}`)
  return url.pathname + url.search + url.hash
}

function renew(element, name, value = fresh(written(element, name))) {
  const was = written(element, name)
  element.setAttribute(name, value)
  changed.set(element, { ...changed.get(element), [name]: [was, value] })
}

/** A new sheet beside the old one, which goes when the new one has come. */
function sheet(link) {
  if (!link.isConnected) return undefined
  const next = link.cloneNode()
  changed.set(next, { href: [written(link, 'href'), ''] })
  const value = fresh(written(link, 'href'))
  next.setAttribute('href', value)
  changed.set(next, { href: [written(link, 'href'), value] })
  return new Promise((resolve) => {
    next.onload = () => {
      link.remove()
      resolve()
    }
    next.onerror = () => {
      next.remove()
      resolve()
    }
    link.after(next)
  })
}

function image(element) {
  const value = fresh(element.hasAttribute('src') ? written(element, 'src') : element.currentSrc)
  return new Promise((resolve) => {
    const ahead = new Image()
    ahead.onload = () => {
      // Which of several sizes is shown is the browser's choice: with one address there is none.
      if (element.hasAttribute('srcset')) renew(element, 'srcset', value)
      renew(element, 'src', value)
      resolve()
    }
    ahead.onerror = resolve
    ahead.src = value
  })
}
