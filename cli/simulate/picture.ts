import { axisOf, place, type Scale } from './axes.ts'
import type { Simulated } from './simulate.ts'
import type { History } from './state.ts'

const SIZE = { width: 900, height: 310, left: 62, right: 120, top: 36, bottom: 48, head: 30 }

/** Okabe and Ito's colours, which the colour-blind tell apart, and dashes, where lines lie on one another; of each policy always the same. */
const LOOKS: Readonly<Record<Simulated, { color: string; dash: string }>> = {
  lanes: { color: '#0072b2', dash: 'none' },
  train: { color: '#d55e00', dash: 'none' },
  exact: { color: '#009e73', dash: 'none' },
  oracle: { color: '#808080', dash: '2 3' },
  zuul: { color: '#cc79a7', dash: '7 3' },
  prefix: { color: '#56b4e9', dash: '7 3 2 3' },
  bors: { color: '#e69f00', dash: '4 2' },
  serial: { color: '#7a5195', dash: '10 4' },
}

const STYLE = `svg { color: #222 } .paper { fill: #fff } text { fill: currentColor } .grid { stroke: #e3e3e3 } .line { fill: none; stroke-width: 1.8; stroke-linejoin: round }
@media (prefers-color-scheme: dark) { svg { color: #ddd } .paper { fill: #16191d } .grid { stroke: #333a41 } }`

type Drawn = { policy: Simulated; history: History }

/** Two charts as one SVG: how many waited over time, and the waits of those that landed, in rising order. @param told what was simulated */
export function drawQueues(drawn: readonly Drawn[], told: string): string {
  const { width, height, head, left } = SIZE
  const queues = drawn.map(({ policy, history }) => ({ policy, path: stepped(history.queue) }))
  const waits = drawn.map(({ policy, history }) => ({ policy, path: waitsOf(history) }))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${head + 2 * height}" width="${width}" role="img" font-family="sans-serif" font-size="12">`,
    `<style>${STYLE}</style><rect class="paper" width="100%" height="100%"/>`,
    `<title>${printText(told)}</title>`,
    `<text x="${left}" y="20" font-size="11">${printText(told)}</text>`,
    chart(queues, { y: head, title: 'Waiting', across: 'minutes since the beginning', up: 'pull requests' }),
    chart(waits, {
      y: head + height,
      title: 'Wait of those that landed',
      across: 'percent of them that waited no longer',
      up: 'minutes until landed',
    }),
    '</svg>',
    '',
  ].join('\n')
}

type Point = readonly [number, number]
type Line = { policy: Simulated; path: readonly Point[] }

/** As many wait as before until the moment at which it changes: a slope between the two would show landings that were none. */
function stepped(queue: History['queue']): Point[] {
  return queue.flatMap(({ at, waiting }, i): Point[] => {
    const before = queue[i - 1]?.waiting ?? waiting
    return before === waiting
      ? [[at, waiting]]
      : [
          [at, before],
          [at, waiting],
        ]
  })
}

function waitsOf({ fates }: History): Point[] {
  const waits = [...fates.values()].filter(({ is }) => is === 'landed').map(fate => fate.at - fate.arrival.at)
  return waits.sort((a, b) => a - b).map((wait, i) => [((i + 1) / waits.length) * 100, wait])
}

type Words = { y: number; title: string; across: string; up: string }

function chart(lines: readonly Line[], { y, title, across, up }: Words): string {
  const { width, height, left, right, top, bottom } = SIZE
  const most = (axis: 0 | 1) =>
    lines.reduce((max, { path }) => path.reduce((m, point) => Math.max(m, point[axis]), max), 1)
  const [floor, ceiling, end] = [y + height - bottom, y + top, width - right]
  const horizontal: Scale = { most: most(0), from: left, to: end }
  const vertical: Scale = { ...axisOf(most(1)), from: floor, to: ceiling }
  const marks = [
    ...axisOf(most(1)).ticks.map(tick => {
      const at = place(vertical, tick)
      return `<path class="grid" d="M${left} ${at}H${end}"/><text x="${left - 7}" y="${at}" dy="4" text-anchor="end">${tick}</text>`
    }),
    ...axisOf(most(0))
      .ticks.filter(tick => tick <= most(0))
      .map(
        tick => `<text x="${place(horizontal, tick)}" y="${floor + 16}" text-anchor="middle">${tick}</text>`,
      ),
    `<text x="${left}" y="${y + 20}" font-size="14" font-weight="bold">${title}</text>`,
    `<text x="${(left + end) / 2}" y="${floor + 34}" text-anchor="middle">${across}</text>`,
    `<text transform="translate(16 ${(floor + ceiling) / 2}) rotate(-90)" text-anchor="middle">${up}</text>`,
    `<path d="M${left} ${ceiling}V${floor}H${end}" fill="none" stroke="currentColor"/>`,
  ]
  const drawn = lines.map(({ policy, path }, i) => {
    const points = path.map(([a, b]) => `${place(horizontal, a)},${place(vertical, b)}`).join(' ')
    const look = `class="line" stroke="${LOOKS[policy].color}" stroke-dasharray="${LOOKS[policy].dash}"`
    const [x, at] = [end + 14, ceiling + 8 + 18 * i]
    return `<polyline points="${points}" ${look}/><path d="M${x} ${at}h26" ${look}/><text x="${x + 32}" y="${at}" dy="4">${policy}</text>`
  })
  return [...marks, ...drawn].join('\n')
}

/** A file's name is whatever its owner likes. */
function printText(text: string): string {
  return text.replace(/[&<>"]/g, sign => `&#${sign.codePointAt(0)};`)
}
