// A page by keyboard alone: the skip link leads past the menu, every link and control is reached, and one sees where one is.

/** Contrast of what shows the focus with what is behind it (WCAG 2.2, 1.4.11). */
const INDICATOR_CONTRAST = 3

/** Walks through the page with the tab key. */
export async function byKeyboard(page) {
  const wrong = []
  const wanted = await page.evaluate(mark)
  const reached = new Set()
  let first
  for (let presses = 0; presses < wanted.length + 40; presses += 1) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(focused, INDICATOR_CONTRAST)
    if (stop === undefined || reached.has(stop.number)) break
    if (stop.number !== undefined) reached.add(stop.number)
    first ??= stop
    if (stop.problem) wrong.push(`focus on ${stop.what}: ${stop.problem}`)
  }
  const missed = wanted.filter(({ number }) => !reached.has(number))
  for (const { what } of missed.slice(0, 3)) wrong.push(`not reached by keyboard: ${what}`)
  if (missed.length > 3) wrong.push(`not reached by keyboard: ${missed.length - 3} more`)
  wrong.push(...await page.evaluate(unreachable))
  if (!first?.isSkip) wrong.unshift(`the first stop is no link within the page: ${first?.what}`)
  return wrong
}

/** Follows the skip link: the next stop must be in or after what it leads to. Wants a page that was just loaded. */
export async function skip(page) {
  await page.keyboard.press('Tab')
  const target = await page.evaluate(() => {
    const link = document.activeElement
    const box = link.getBoundingClientRect()
    const seen = box.width > 1 && box.height > 1 && box.top >= 0 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
    const target = link.hash ? document.getElementById(decodeURIComponent(link.hash.slice(1))) : null
    return { seen, leads: target !== null, inMain: target?.closest('main') !== null }
  })
  if (!target.leads || !target.inMain) return ['the skip link does not lead to the main part']
  const wrong = target.seen ? [] : ['the skip link cannot be seen when it has the focus']
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  const arrived = await page.evaluate(() => {
    const now = document.activeElement
    const main = document.querySelector('main')
    return main.contains(now) || Boolean(main.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING)
  })
  if (!arrived) wrong.push('after the skip link the next stop is before the main part')
  return wrong
}

// What follows runs in the page.

/** Numbers all that one must be able to reach, and remembers how it looks without focus. */
function mark() {
  const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter((element) => element.tabIndex >= 0 && !element.disabled && element.type !== 'hidden')
    .filter((element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
  window.stops = new Map(stops.map((element, number) => {
    const { boxShadow, backgroundColor, borderColor } = getComputedStyle(element)
    return [element, { number, look: `${boxShadow} ${backgroundColor} ${borderColor}` }]
  }))
  return stops.map((element, number) => ({ number, what: element.outerHTML.slice(0, 120) }))
}

/** What has the focus, and what is wrong with how it shows; nothing at the end of the page. */
async function focused(contrast) {
  const element = document.activeElement
  if (!element || element === document.body || element === document.documentElement) return undefined
  const known = window.stops.get(element)
  const style = getComputedStyle(element)
  const pixel = (color) => {
    const canvas = (window.pixel ??= new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true }))
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = ([red, green, blue]) => {
    const linear = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
  const behind = () => {
    for (let above = element.parentElement; above; above = above.parentElement) {
      const ground = pixel(getComputedStyle(above).backgroundColor)
      if (ground[3] === 255) return ground
    }
    return pixel('Canvas')
  }
  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
    return (light + 0.05) / (dark + 0.05)
  }
  const outlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1
  const changed = known && known.look !== `${style.boxShadow} ${style.backgroundColor} ${style.borderColor}`
  let problem
  if (!outlined && !changed) problem = 'nothing shows it'
  // The browser's own outline has two colours, one of which is always seen.
  else if (outlined && !changed && style.outlineStyle !== 'auto') {
    const has = ratio(pixel(style.outlineColor), behind())
    if (has < contrast) problem = `its outline has a contrast of ${has.toFixed(2)}, less than ${contrast}`
  }
  let box = element.getClientRects()[0]
  // The browser brings it onto the screen with its next frames.
  for (let frames = 0; frames < 10 && box && (box.bottom <= 0 || box.top >= innerHeight); frames += 1) {
    await new Promise(requestAnimationFrame)
    box = element.getClientRects()[0]
  }
  if (!box || box.width < 2 || box.height < 2) problem ??= 'it has no size'
  else if (box.bottom <= 0 || box.top >= innerHeight) problem ??= 'it is not on the screen'
  else {
    const [x, y] = [box.left + box.width / 2, Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1)]
    for (let over = document.elementFromPoint(x, y); over && !over.contains(element) && !element.contains(over); over = over.parentElement) {
      if (/fixed|sticky/.test(getComputedStyle(over).position)) {
        problem ??= `it lies under ${over.outerHTML.slice(0, 60)}`
        break
      }
    }
  }
  const isSkip = element.matches('a[href^="#"]')
  return { number: known?.number, what: element.outerHTML.slice(0, 120), problem, isSkip }
}

/** Links that the tab key leaves out must lead where another link leads too, or to the place where they stand. */
function unreachable() {
  const reachable = new Set([...window.stops.keys()].map((element) => element.href))
  return [...document.querySelectorAll('a[href][tabindex="-1"]')]
    .filter((link) => !reachable.has(link.href) && !link.getAttribute('href').startsWith('#'))
    .slice(0, 3).map((link) => `no key leads to ${link.outerHTML.slice(0, 120)}`)
}
