// Where the letters of a page are: which words lie on others, and which are cut. Boxes of elements do not tell: what holds a
// text may be larger or smaller than the text.

/** Words that lie on other words. */
export async function overlaps(page) {
  await page.evaluate(`window.letters = ${letters}`)
  return page.evaluate(() => {
    const pieces = window.letters().filter(({ isOutside, isFixed }) => !isOutside && !isFixed).map(({ box, block, text }) => {
      // The box of a line is higher than its letters.
      const inset = (box.bottom - box.top) / 4
      return { ...box, top: box.top + inset, bottom: box.bottom - inset, block, text }
    })
    pieces.sort((one, other) => one.top - other.top)
    const wrong = new Set()
    pieces.forEach((one, at) => {
      for (let next = at + 1; next < pieces.length && pieces[next].top < one.bottom - 1; next += 1) {
        const other = pieces[next]
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
        if (across > 2 && one.block !== other.block) wrong.add(`\`${one.text.slice(0, 40)}\` lies on \`${other.text.slice(0, 40)}\``)
      }
    })
    return [...wrong]
  })
}

/** Words of which a part cannot be seen or scrolled to. Excerpts that are cut after some lines are so on purpose. */
export async function cut(page) {
  await page.evaluate(`window.letters = ${letters}`)
  return page.evaluate(() => [...new Set(window.letters().filter(({ isCut }) => isCut).map(({ text }) => text.slice(0, 60)))])
}

/** All pieces of text that are there to be seen, line by line, as far as what holds them shows them. Runs in the page. */
function letters() {
  const pieces = []
  const holders = new Map()
  const holder = (element) => {
    if (!holders.has(element)) {
      const style = getComputedStyle(element)
      holders.set(element, {
        x: style.overflowX, y: style.overflowY, clamped: style.webkitLineClamp !== 'none', box: element.getBoundingClientRect(),
        isFixed: /fixed|sticky/.test(style.position), isInline: style.display.startsWith('inline'),
        // For screen readers alone.
        isHidden: style.clip !== 'auto' || style.clipPath !== 'none' || (element.clientWidth <= 1 && style.position === 'absolute'),
      })
    }
    return holders.get(element)
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement
    if (node.data.trim() === '' || element.closest('script, style, noscript, svg, pre')) continue
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true })) continue
    const above = []
    for (let one = element; one !== document.documentElement; one = one.parentElement) above.push(holder(one))
    if (above.some(({ isHidden }) => isHidden)) continue
    let block = element
    while (block !== document.body && holder(block).isInline) block = block.parentElement
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (right - left < 2 || bottom - top < 2 || right <= 0) continue
      const box = { left, right, top, bottom }
      // A line may be higher than its letters, so a third of it may be lost above and below.
      const [across, down] = [2, (bottom - top) / 3]
      let isCut = false
      let scrolls = false
      for (const { x, y, clamped, box: frame } of above) {
        scrolls ||= /auto|scroll/.test(`${x} ${y}`)
        if (x !== 'visible') [box.left, box.right] = [Math.max(box.left, frame.left), Math.min(box.right, frame.right)]
        if (y !== 'visible') [box.top, box.bottom] = [Math.max(box.top, frame.top), Math.min(box.bottom, frame.bottom)]
        if (scrolls || clamped) continue
        if (/hidden|clip/.test(x)) isCut ||= left < frame.left - across || right > frame.right + across
        if (/hidden|clip/.test(y)) isCut ||= top < frame.top - down || bottom > frame.bottom + down
      }
      const isOutside = box.right - box.left < 2 || box.bottom - box.top < 2
      pieces.push({ box, block, text: node.data.trim(), isCut, isOutside, isFixed: above.some(({ isFixed }) => isFixed) })
    }
  }
  return pieces
}
