// Which element of the page's source each element of the page was made of.
//
// A page is more than its source: scripts and readers add to it. What its author did not change is theirs, so versions of
// the source are compared with each other, never with the page.

const made = new WeakMap()

/** The element of the source that an element of the page was made of; nothing for one that a script has made. */
export const origin = (element) => made.get(element)

export const setOrigin = (element, source) => made.set(element, source)

/** Two copies of the same: each element with its like. */
export function pair(one, other, tell = setOrigin) {
  tell(one, other)
  const others = [...other.children]
  ;[...one.children].forEach((child, number) => others[number] && pair(child, others[number], tell))
}

/** A page that was loaded, and its source: scripts may have changed the page since, so as far as the two agree. */
export function recognize(element, source) {
  setOrigin(element, source)
  const rest = [...element.children]
  for (const child of source.children) {
    const isLike = (other) => other.localName === child.localName && other.textContent === child.textContent
    let at = rest.findIndex((other) => other.isEqualNode(child))
    if (at < 0) at = rest.findIndex(isLike)
    if (at < 0 && rest[0]?.localName === child.localName) at = 0
    if (at >= 0) recognize(rest.splice(0, at + 1).pop(), child)
  }
}

/** Whether both are written the same. Nodes are compared without what is in a `template`. */
export const isSame = (one, other) => one.isEqualNode(other) && one.outerHTML === other.outerHTML

/** Elements that scripts have added: those beside all the elements that the source has there. */
export function added(root) {
  const found = []
  for (const element of [root, ...root.querySelectorAll('*')]) {
    const source = origin(element)
    if (!source) continue
    const foreign = [...element.children].filter((child) => !origin(child))
    if (element.children.length - foreign.length === source.children.length) found.push(...foreign)
  }
  return found
}
