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
    const at = address ? path(address) : null
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
  for (const image of document.images) add(image.currentSrc || image.src, 'image', image)
  for (const icon of document.querySelectorAll('link[rel~="icon"][href]')) add(icon.href, 'icon', icon)
  for (const video of document.querySelectorAll('video[poster]')) add(video.poster, 'poster', video)
  for (const medium of document.querySelectorAll('video, audio')) add(medium.currentSrc || medium.src, 'medium', medium)
  for (const frame of document.querySelectorAll('iframe[src], embed[src]')) add(frame.src, 'frame', frame)
  for (const object of document.querySelectorAll('object[data]')) add(object.data, 'object', object)
  // What sheets and scripts have asked for themselves.
  for (const { name, initiatorType } of performance.getEntriesByType('resource')) {
    const at = path(name)
    if (!at || found.has(at)) continue
    if (initiatorType === 'css') add(name, 'ofSheets', null)
    if (initiatorType === 'script' || /\.m?js$/.test(at)) add(name, 'script', null)
  }
  return found
}

/** What identifies the bytes at these paths now. */
async function identify(paths) {
  const query = paths.slice(0, MOST).map((at) => `at=${encodeURIComponent(at)}`).join('&')
  const answer = await fetch(`/__manchette/assets?${query}`, { cache: 'no-store' })
  return answer.ok ? answer.json() : {}
}

/** What identified the files that were asked about; nothing for those that were not there. */
const known = new Map()

/** Takes note of what the page is shown with. */
export async function note() {
  const paths = [...used().keys()].filter((at) => !known.has(at)).slice(0, MOST)
  if (paths.length === 0) return
  const now = await identify(paths)
  for (const at of paths) known.set(at, now[at] ?? '')
}

/** Exchanges what has changed; true if the page has to be loaded again instead. */
export async function refresh() {
  const there = used()
  const now = await identify([...there.keys()])
  const jobs = []
  let reload = false
  for (const [at, uses] of [...there].slice(0, MOST)) {
    const was = known.get(at)
    known.set(at, now[at] ?? '')
    // What is gone stays as it is seen.
    if (was === undefined || !now[at] || was === now[at]) continue
    for (const { kind, element } of uses) {
      if (['script', 'style', 'ofSheets'].includes(kind)) reload = true
      if (kind === 'sheet') jobs.push(sheet(element))
      if (kind === 'image') jobs.push(image(element))
      if (kind === 'icon') renew(element, 'href')
      if (kind === 'poster') renew(element, 'poster')
      if (kind === 'frame') renew(element, 'src')
      if (kind === 'object') renew(element, 'data')
      if (kind === 'medium') medium(element)
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

/** A medium that plays is the reader's; it is another one when the page is loaded again. */
function medium(element) {
  if (!element.paused) return
  const sources = [...element.querySelectorAll('source[src]')].filter((source) => source.src === element.currentSrc)
  for (const holder of element.hasAttribute('src') ? [element] : sources) renew(holder, 'src')
  element.load()
}

function image(element) {
  // In a `picture` the address is that of the source that was chosen.
  const isPicture = element.parentElement?.localName === 'picture' && path(element.currentSrc) !== path(element.src)
  const sources = isPicture ? [...element.parentElement.querySelectorAll(':scope > source[srcset]')] : []
  const source = sources.find((source) => names(source, element.currentSrc))
  const value = fresh(!source && element.hasAttribute('src') ? written(element, 'src') : element.currentSrc)
  return new Promise((resolve) => {
    const ahead = new Image()
    ahead.onload = () => {
      // Which of several sizes is shown is the browser's choice: with one address there is none.
      if (source) renew(source, 'srcset', value)
      else {
        if (element.hasAttribute('srcset')) renew(element, 'srcset', value)
        renew(element, 'src', value)
      }
      resolve()
    }
    ahead.onerror = resolve
    ahead.src = value
  })
}

/** Whether the sizes of a source hold an address. */
function names(source, address) {
  return source.srcset.split(',').some((size) => path(size.trim().split(/\s+/)[0]) === path(address))
}
