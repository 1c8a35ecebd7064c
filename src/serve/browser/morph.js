// A page becomes another version of itself in place: what the reader did to it stays.
//
// Scroll position, focus, selection, what was typed, what was opened and what is playing are the reader's, not the page's.

import { Idiomorph } from './idiomorph.js'
import { carry, written } from './assets.js'

export const BLOCKS = 'p,li,h1,h2,h3,h4,h5,h6,blockquote,pre,td,th,figure,figcaption,dt,dd,summary,caption,address,legend'

/** What both sides of a comparison have: letters and digits. */
export const letters = (text) => text.toLowerCase().replace(/[^\p{Alphabetic}\p{Number}]/gu, '')

/** What a block says itself: without blocks inside it, and without what the Markdown does not say (numbers of notes). */
export function ownText(block) {
  let text = ''
  const read = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) text += child.data
      else if (child.nodeName === 'IMG') text += child.getAttribute('alt') ?? ''
      else if (child.nodeType === Node.ELEMENT_NODE && !child.matches(`${BLOCKS},[role=doc-noteref],[role=doc-backlink],a.anchor[aria-hidden],script,style,template`)) read(child)
    }
  }
  read(block)
  return text
}

const isOurs = (node) => node.nodeType === Node.ELEMENT_NODE
  && (node.localName === 'manchette-preview' || node.matches('script[src^="/__manchette/"]'))

const isScript = (node) => node.localName === 'script' && !isOurs(node)
  && (!node.type || node.type === 'module' || node.type === 'importmap' || /(java|ecma)script/i.test(node.type))

/** The scripts of a page, as its author wrote them. */
function scripts(root) {
  return [...root.querySelectorAll('script')].filter(isScript)
    .map((script) => `${script.type} ${script.getAttribute('src') ?? ''} ${script.textContent}`)
}

/** Whether a page has other scripts than before: then it must be loaded again. */
export function hasOtherScripts(before, after) {
  return scripts(before).join('\n') !== scripts(after).join('\n')
}

/** Whether the reader has changed a control. */
function isTouched(element) {
  if (element.localName === 'option') return element.selected !== element.defaultSelected
  if (element.localName === 'textarea') return element.value !== element.defaultValue
  if (element.localName !== 'input') return false
  return element.type === 'checkbox' || element.type === 'radio'
    ? element.checked !== element.defaultChecked
    : element.value !== element.defaultValue
}

const CALLBACKS = {
  beforeNodeRemoved: (node) => !isOurs(node),
  beforeNodeMorphed(old, next) {
    if (isOurs(old)) return false
    if (old.nodeType !== Node.ELEMENT_NODE) return true
    carry(old, next)
    // Another source would be another medium; the same one goes on playing.
    return !(old instanceof HTMLMediaElement && !old.paused && old.getAttribute('src') === next.getAttribute('src'))
  },
  beforeAttributeUpdated(name, element) {
    if (name.startsWith('data-manchette-')) return false
    if (name === 'open' && (element.localName === 'details' || element.localName === 'dialog')) return false
    if (name === 'value' || name === 'checked' || name === 'selected') return !isTouched(element)
    return true
  },
}

/** Attributes that the author has changed; those that scripts have set stay. */
function attributes(element, before, after) {
  for (const { name } of before.attributes) if (!after.hasAttribute(name)) element.removeAttribute(name)
  for (const { name, value } of after.attributes) {
    if (before.getAttribute(name) !== value) element.setAttribute(name, value)
  }
}

/** What identifies a child of the head. */
function key(node) {
  if (node.localName !== 'link') return node.outerHTML
  const plain = node.cloneNode()
  plain.setAttribute('href', written(node, 'href') ?? '')
  return plain.outerHTML
}

/** The head: what is the same stays, what scripts have added too. */
async function head(before, after) {
  const old = new Map([...document.head.children].map((node) => [key(node), node]))
  const coming = []
  let last = null
  for (const node of after.children) {
    let mine = old.get(key(node))
    if (!mine && node.localName === 'title') mine = document.head.querySelector('title')
    if (!mine) {
      mine = document.importNode(node, true)
      if (mine.matches('link[rel~="stylesheet"]')) coming.push(arrival(mine))
      document.head.insertBefore(mine, last ? last.nextSibling : document.head.firstChild)
    }
    last = mine
  }
  const stay = new Set([...after.children].map(key))
  const gone = [...before.children].map(key).filter((name) => !stay.has(name)).map((name) => old.get(name))
  await Promise.all(coming)
  for (const node of gone) if (node && node.localName !== 'title' && !isOurs(node)) node.remove()
}

const arrival = (link) => new Promise((resolve) => {
  link.addEventListener('load', resolve)
  link.addEventListener('error', resolve)
  setTimeout(resolve, 2000)
})

/** The blocks of a page by what they say, with how many say so. */
function count(root) {
  const counts = new Map()
  for (const block of root.querySelectorAll(BLOCKS)) {
    const text = letters(ownText(block))
    if (text) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return counts
}

/** The first block that says something that the page did not say before; in the text of the page if it has one there. */
function changedBlock(before) {
  const was = count(before)
  const news = []
  for (const block of document.body.querySelectorAll(BLOCKS)) {
    const text = letters(ownText(block))
    if (!text) continue
    const left = was.get(text) ?? 0
    was.set(text, left - 1)
    if (left <= 0) news.push(block)
  }
  const inText = news.find((block) => block.closest('main, article, [role=main]') && !block.closest('nav, header, footer'))
  return inText ?? news.find((block) => block.closest('main, article, [role=main]')) ?? news[0] ?? null
}

/** Makes the page shown another version of itself, and gives the first block that changed. */
export async function morph(before, after) {
  await head(before.head, after.head)
  attributes(document.documentElement, before.documentElement, after.documentElement)
  const [x, y] = [scrollX, scrollY]
  // What scripts have set on `body` stays: the attributes of the new one are made those of the old before they meet.
  attributes(document.body, before.body, after.body)
  Idiomorph.morph(document.body, [...after.body.cloneNode(true).childNodes], {
    morphStyle: 'innerHTML',
    ignoreActiveValue: true,
    restoreFocus: true,
    head: { style: 'none' },
    callbacks: CALLBACKS,
  })
  if (Math.abs(scrollY - y) > 1 && document.documentElement.scrollHeight <= innerHeight) scrollTo({ left: x, top: y, behavior: 'instant' })
  return changedBlock(before.body)
}
