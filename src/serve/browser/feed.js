// A feed as a reader sees it: its entries with their dates, and what it carries of each.
//
// What a feed carries is HTML for strangers: it is shown as they would, without scripts and styles, each entry in a frame
// of its own that may do nothing.

import { day, make, many } from './bar.js'
import { listen } from './stream.js'

const at = new URLSearchParams(location.search).get('at') ?? '/'
const KEPT = new Set(['a', 'abbr', 'b', 'blockquote', 'br', 'cite', 'code', 'dd', 'del', 'div', 'dl', 'dt', 'em', 'figcaption', 'figure', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'img', 'kbd', 'li', 'ol', 'p', 'pre', 'q', 's', 'section', 'small', 'span', 'strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul'])
const DROPPED = new Set(['script', 'style', 'template', 'iframe', 'object', 'embed', 'noscript'])
let base = ''

const field = (element, ...names) => {
  for (const name of names) {
    const found = [...element.children].find((child) => child.nodeName === name)
    if (found) return found.textContent.trim()
  }
  return ''
}

/** The same for all formats: a title, and entries. */
function read(text, type) {
  if (type.includes('json')) {
    const feed = JSON.parse(text)
    return { title: feed.title, entries: feed.items.map((item) => ({ title: item.title, url: item.url, date: item.date_published, html: item.content_html ?? item.summary ?? item.content_text ?? '' })) }
  }
  const feed = new DOMParser().parseFromString(text, 'application/xml')
  const items = [...feed.querySelectorAll('entry, item')]
  return {
    title: field(feed.querySelector('channel') ?? feed.documentElement, 'title'),
    entries: items.map((item) => ({
      title: field(item, 'title'),
      url: item.querySelector('link[href]')?.getAttribute('href') ?? field(item, 'link'),
      date: field(item, 'published', 'pubDate', 'updated'),
      html: field(item, 'content', 'content:encoded', 'description', 'summary'),
    })),
  }
}

/** An address of the site as it is published is one of the preview. */
function local(address) {
  if (address && base && (address === base || address.startsWith(`${base}/`))) {
    const url = new URL(address)
    return url.pathname + url.search + url.hash
  }
  return address
}

/** A copy of what may be shown. */
function copied(node, to) {
  for (const child of node.childNodes) {
    const name = child.nodeName.toLowerCase()
    if (child.nodeType === Node.TEXT_NODE) to.append(child.data)
    else if (child.nodeType !== Node.ELEMENT_NODE || DROPPED.has(name)) continue
    else if (!KEPT.has(name)) copied(child, to)
    else if (name === 'img') {
      const source = local(child.getAttribute('src') ?? '')
      if (source.startsWith('/') && !source.startsWith('//')) to.append(make('img', { src: location.origin + source, alt: child.alt }))
      else to.append(`[${child.alt || 'picture'}]`)
    } else {
      const copy = document.createElement(name)
      const href = name === 'a' ? local(child.getAttribute('href') ?? '') : ''
      if (/^(https?:\/\/|\/(?!\/))/.test(href)) {
        copy.href = href
        copy.target = '_top'
        copy.rel = 'noreferrer'
      }
      copied(child, copy)
      to.append(copy)
    }
  }
  return to
}

function frame(html) {
  const body = copied(new DOMParser().parseFromString(html, 'text/html').body, document.createElement('div'))
  const element = make('iframe', { sandbox: 'allow-same-origin allow-top-navigation-by-user-activation', title: 'Content' })
  element.srcdoc = `<!DOCTYPE html><meta charset="utf-8"><link rel="stylesheet" href="/__manchette/frame.css">${body.innerHTML}`
  element.addEventListener('load', () => {
    // Another height of the frame is no other height of what is in it: `body` has that.
    const fit = () => {
      const body = element.contentDocument?.body
      if (body) element.style.height = `${body.scrollHeight + 8}px`
    }
    new ResizeObserver(fit).observe(element)
    for (const image of element.contentDocument.images) image.addEventListener('load', fit)
  })
  return element
}

async function look() {
  const state = document.querySelector('#state')
  try {
    const site = await (await fetch('site.json', { cache: 'no-store' })).json()
    base = site.base_url
    if (!site.feeds.some((feed) => feed.url === at)) {
      state.textContent = 'there is no such feed'
      return
    }
    const answer = await fetch(at, { cache: 'no-store' })
    const feed = read(await answer.text(), answer.headers.get('Content-Type') ?? '')
    document.title = document.querySelector('#title').textContent = feed.title
    document.querySelector('#raw').href = at
    state.textContent = many(feed.entries.length, 'entry').replace('entrys', 'entries')
    document.querySelector('#entries').replaceChildren(...feed.entries.map((entry) => make('article', { className: 'entry' },
      make('h2', {}, make('a', { href: local(entry.url) }, entry.title)),
      entry.date && make('time', {}, day(entry.date)),
      frame(entry.html))))
  } catch {
    state.textContent = 'this feed cannot be read'
  }
}

let version = null
listen((news) => {
  if (news.gone || news.version === version) return
  version = news.version
  look()
})
look()
