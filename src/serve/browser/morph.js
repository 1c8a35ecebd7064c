// A page becomes another version of itself in place: what the reader did to it stays.
//
// Scroll position, focus, selection, what was typed, what was opened and what is playing are the reader's, not the page's.

import { Idiomorph } from './idiomorph.js'
import { carry, written } from './assets.js'
import { added, isSame, origin, pair, setOrigin } from './origin.js'

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

/** Whether something else is chosen than the page chooses itself. */
function isChosen(select) {
  const options = [...select?.options ?? []]
  const says = options.some((option) => option.defaultSelected)
  const first = select?.type === 'select-one' && !says ? options.find((option) => !option.disabled) : null
  return options.some((option) => option.selected !== (option.defaultSelected || option === first))
}

/** Texts of the page that the reader has written in. */
const edited = new WeakSet()
addEventListener('input', (event) => {
  const text = event.target instanceof Element ? event.target.closest('[contenteditable]') : null
  if (text) edited.add(text)
}, true)

/** Whether the reader has changed a control. */
function isTouched(element) {
  if (element.localName === 'option') return isChosen(element.closest('select'))
  if (element.localName === 'textarea') return element.value !== element.defaultValue
  if (element.localName !== 'input') return false
  return element.type === 'checkbox' || element.type === 'radio'
    ? element.checked !== element.defaultChecked
    : element.value !== element.defaultValue
}

/**
 * What Idiomorph asks. `sources` says which element of the new source each one is a copy of, `kept` which elements scripts
 * have added.
 */
function callbacks(sources, kept) {
  // An element of the page → what it was made of before.
  const former = new WeakMap()
  let coming = null
  return {
    beforeNodeAdded(node) {
      coming = node
      return true
    },
    afterNodeAdded(node) {
      const source = sources.get(coming)
      if (source && node.nodeType === Node.ELEMENT_NODE && !origin(node)) pair(node, source)
    },
    beforeNodeRemoved: (node) => !isOurs(node) && !kept.has(node),
    beforeNodeMorphed(old, next) {
      if (isOurs(old)) return false
      if (old.nodeType !== Node.ELEMENT_NODE) return true
      const [was, source] = [origin(old), sources.get(next)]
      // What the author did not change is as readers and scripts have left it.
      if (was && source && isSame(was, source)) return false
      if (was) former.set(old, was)
      if (source) setOrigin(old, source)
      carry(old, next)
      if (edited.has(old)) return false
      // Another source would be another medium; the same one goes on playing.
      return !(old instanceof HTMLMediaElement && !old.paused && old.getAttribute('src') === next.getAttribute('src'))
    },
    beforeAttributeUpdated(name, element) {
      if (name.startsWith('data-manchette-')) return false
      if (name === 'open' && (element.localName === 'details' || element.localName === 'dialog')) return false
      if (['value', 'checked', 'selected'].includes(name) && isTouched(element)) return false
      const was = former.get(element)
      return !was || was.getAttribute(name) !== origin(element).getAttribute(name)
    },
  }
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

/** A block as its author wrote it. */
const authored = (block) => origin(block) ?? block

const says = (block) => letters(ownText(authored(block)))
const reads = (block) => authored(block).innerHTML

/** Blocks of the page that are none of those before, by what `of` gives of each. */
function newBlocks(before, of) {
  const counts = new Map()
  for (const block of before.querySelectorAll(BLOCKS)) counts.set(of(block), (counts.get(of(block)) ?? 0) + 1)
  // What scripts have added is no news.
  return [...document.body.querySelectorAll(BLOCKS)].filter(origin).filter((block) => {
    const key = of(block)
    const left = counts.get(key) ?? 0
    counts.set(key, left - 1)
    return key && left <= 0
  })
}

/**
 * The first block that says something that the page did not say before, or else one that is written otherwise (emphasis,
 * an address, a picture); in the text of the page if it has one there.
 */
function changedBlock(before) {
  let news = newBlocks(before, says)
  if (news.length === 0) {
    const other = newBlocks(before, reads)
    news = other.filter((block) => !other.some((inner) => inner !== block && block.contains(inner)))
  }
  const inText = news.find((block) => block.closest('main, article, [role=main]') && !block.closest('nav, header, footer'))
  return inText ?? news.find((block) => block.closest('main, article, [role=main]')) ?? news[0] ?? null
}

/** Blocks that say what they said are the same ones, wherever they stand now: they get a name in common for a moment. */
function name(before, after) {
  const index = (root) => {
    const found = new Map()
    for (const block of root.querySelectorAll(BLOCKS)) {
      const key = `${block.localName} ${letters(authored(block).textContent)}`
      if (!block.id) found.set(key, found.has(key) ? null : block)
    }
    return found
  }
  const now = index(after)
  let number = 0
  for (const [key, block] of index(before)) {
    const same = now.get(key)
    if (block && same) block.id = same.id = `manchette-block-${number++}`
  }
}

function unname(root) {
  for (const block of root.querySelectorAll('[id^="manchette-block-"]')) block.removeAttribute('id')
}

/** Makes the page shown another version of itself, and gives the first block that changed. */
export async function morph(before, after) {
  await head(before.head, after.head)
  attributes(document.documentElement, before.documentElement, after.documentElement)
  const [x, y] = [scrollX, scrollY]
  // What scripts have set on `body` stays: the attributes of the new one are made those of the old before they meet.
  attributes(document.body, before.body, after.body)
  const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = getSelection() ?? {}
  const active = document.activeElement
  const next = after.body.cloneNode(true)
  const sources = new WeakMap()
  pair(next, after.body, (copy, source) => sources.set(copy, source))
  const kept = new Set(added(document.body))
  name(document.body, next)
  // With a name of its own it is taken for nothing that the page has.
  ;[...kept].filter((node) => !node.id && !isOurs(node)).forEach((node, number) => { node.id = `manchette-block-added-${number}` })
  Idiomorph.morph(document.body, [...next.childNodes], {
    morphStyle: 'innerHTML',
    ignoreActiveValue: true,
    restoreFocus: true,
    head: { style: 'none' },
    callbacks: callbacks(sources, kept),
  })
  setOrigin(document.body, after.body)
  unname(document.body)
  if (active !== document.body && active?.isConnected && document.activeElement !== active) active.focus({ preventScroll: true })
  // Nodes that were moved are not selected any more. Where nothing was, or in a control, there is nothing to mend.
  if (!isCollapsed && anchorNode?.isConnected && focusNode?.isConnected && getSelection().isCollapsed) {
    const fits = (node, offset) => Math.min(offset, node.nodeType === Node.TEXT_NODE ? node.length : node.childNodes.length)
    getSelection().setBaseAndExtent(anchorNode, fits(anchorNode, anchorOffset), focusNode, fits(focusNode, focusOffset))
  }
  if (Math.abs(scrollY - y) > 1 && document.documentElement.scrollHeight <= innerHeight) scrollTo({ left: x, top: y, behavior: 'instant' })
  return changedBlock(before.body)
}
