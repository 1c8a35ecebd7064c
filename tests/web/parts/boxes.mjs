// The looks of a page as text: where the first of each sort of element is, how its letters are set, what colours it has.
// Never records what hangs on the words of a page (heights, places on the page, widths that words give), so a new article
// leaves the record as it is.

/** Facts of each sort of element, as `{ '.prose > p': { x: 20, … } }`. Runs with a page. */
export function boxes(page) {
  return page.evaluate(measure)
}

/** Of which facts a difference is a difference. Numbers are pixels, of which some may be lost in rounding. */
export function differs(name, before, now) {
  if (before === undefined || now === undefined) return before !== now
  if (['x', 'width', 'height', 'gap'].includes(name)) {
    return Math.abs(before - now) > Math.max(2, 0.01 * Math.max(Math.abs(before), Math.abs(now)))
  }
  if (/colour|ground/.test(name)) {
    const channels = [before, now].map((value) => String(value).split(',').map(Number))
    return channels[0].some((channel, at) => !(Math.abs(channel - channels[1][at]) <= 2))
  }
  const numbers = [before, now].map((value) => String(value).match(/-?\d+(\.\d+)?/g) ?? [])
  const words = [before, now].map((value) => String(value).replace(/-?\d+(\.\d+)?/g, '#'))
  return words[0] !== words[1] || numbers[0].some((number, at) => Math.abs(number - numbers[1][at]) > 0.5)
}

function measure() {
  const REPLACED = ['img', 'svg', 'video', 'hr', 'input']
  const named = (element) => `.${[...element.classList].sort().join('.')}`
  const sort = (element) => {
    const tag = element.tagName.toLowerCase()
    const own = element.classList.length > 0 ? named(element) : tag
    const above = element.parentElement?.closest('[class]')
    if (!above || above === document.body) return own
    return `${named(above)}${above === element.parentElement ? ' >' : ''} ${own}`
  }
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const colour = (value) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = value
    canvas.fillRect(0, 0, 1, 1)
    const pixel = [...canvas.getImageData(0, 0, 1, 1).data]
    return pixel[3] === 0 ? undefined : pixel.join()
  }
  const round = (value) => Math.round(value * 10) / 10
  const facts = {}
  const { fontFamily, fontSize, color, backgroundColor } = getComputedStyle(document.body)
  const root = getComputedStyle(document.documentElement).backgroundColor
  facts.body = { type: `${fontSize} ${fontFamily}`, colour: colour(color), ground: colour(backgroundColor) ?? colour(root) ?? 'none' }
  for (const element of document.body.querySelectorAll('*')) {
    const inside = element.parentElement.closest('svg, pre')
    if (inside || !element.checkVisibility({ visibilityProperty: true })) continue
    const box = element.getBoundingClientRect()
    if (box.width <= 1 || box.height <= 1) continue
    const name = sort(element)
    if (name in facts) continue
    const style = getComputedStyle(element)
    const outer = getComputedStyle(element.parentElement)
    const tag = element.tagName.toLowerCase()
    const isReplaced = REPLACED.includes(tag)
    const isFitted = /inline|table/.test(style.display) || style.position === 'absolute' || style.float !== 'none'
      || (outer.display.includes('flex') && outer.flexDirection.startsWith('row'))
    const fact = { }
    if (!isFitted || isReplaced) {
      fact.x = round(box.left)
      fact.width = round(box.width)
    }
    if (isReplaced) fact.height = round(box.height)
    if (!isFitted) {
      let before = element.previousElementSibling
      while (before && before.getBoundingClientRect().height === 0) before = before.previousElementSibling
      const gap = box.top - (before ? before.getBoundingClientRect().bottom : element.parentElement.getBoundingClientRect().top)
      // In a grid the one before may stand beside it.
      if (gap >= 0) fact.gap = round(gap)
    }
    if (!isReplaced) {
      const family = style.fontFamily.split(',')[0].replaceAll('"', '').trim()
      fact.type = [
        `${round(Number.parseFloat(style.fontSize))}/${style.lineHeight === 'normal' ? 'normal' : round(Number.parseFloat(style.lineHeight))}`,
        style.fontWeight, family, style.fontStyle, style.textAlign, style.textTransform, style.textDecorationLine, style.fontVariantNumeric,
      ].filter((value) => !['normal', 'none', 'start'].includes(value)).join(' ')
      // What is inherited is said once.
      if (style.color !== outer.color) fact.colour = colour(style.color)
      fact.ground = colour(style.backgroundColor)
    }
    for (const side of ['Top', 'Right', 'Bottom', 'Left']) {
      if (style[`border${side}Style`] !== 'none' && Number.parseFloat(style[`border${side}Width`]) > 0) {
        fact[`edge${side}`] = `${round(Number.parseFloat(style[`border${side}Width`]))} ${style[`border${side}Style`]}`
        fact[`edge${side}-colour`] = colour(style[`border${side}Color`])
      }
    }
    facts[name] = Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== undefined))
  }
  return facts
}
