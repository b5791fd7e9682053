import type { Simulated } from './simulate.ts'
import type { History } from './state.ts'

const SIZE = { width: 900, height: 260, left: 46, top: 24 }
const COLORS = [
  '#2f6feb',
  '#d9480f',
  '#2b8a3e',
  '#862e9c',
  '#5c940d',
  '#c2255c',
  '#495057',
  '#0b7285',
  '#e67700',
]

type Drawn = { policy: Simulated; history: History }

/** Two charts as one SVG: how many waited over time, and the waits of those that landed, in rising order. */
export function drawQueues(drawn: readonly Drawn[]): string {
  const queues = drawn.map(({ policy, history }) => ({
    policy,
    points: stepped(history.queue),
  }))
  const waits = drawn.map(({ policy, history }) => {
    const all = [...history.fates.values()]
      .filter(fate => fate.is === 'landed')
      .map(fate => fate.at - fate.arrival.at)
    all.sort((a, b) => a - b)
    return { policy, points: all.map((wait, i) => [((i + 1) / all.length) * 100, wait] as const) }
  })
  const { width, height } = SIZE
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${2 * height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    chart(queues, { y: 0, title: 'waiting, by minute' }),
    chart(waits, { y: height, title: 'minutes until landed, by percent of those that landed' }),
    '</svg>',
    '',
  ].join('\n')
}

/** As many wait as before until the moment at which it changes: a slope between the two would show landings that were none. */
function stepped(queue: History['queue']): Line['points'] {
  return queue.flatMap(({ at, waiting }, i) => {
    const before = queue[i - 1]?.waiting ?? waiting
    return before === waiting ? [[at, waiting] as const] : [[at, before] as const, [at, waiting] as const]
  })
}

type Line = { policy: Simulated; points: readonly (readonly [number, number])[] }

function chart(lines: readonly Line[], { y, title }: { y: number; title: string }): string {
  const { width, height, left, top } = SIZE
  const most = (axis: 0 | 1) =>
    lines.reduce((max, { points }) => points.reduce((m, p) => Math.max(m, p[axis]), max), 1)
  const [right, high] = [most(0), most(1)]
  const across = (value: number) => (left + (value / right) * (width - left - 130)).toFixed(1)
  const down = (value: number) => (y + height - 24 - (value / high) * (height - 24 - top)).toFixed(1)
  const drawn = lines.map(({ policy, points }, i) => {
    const color = COLORS[i % COLORS.length]
    const path = points.map(([a, b]) => `${across(a)},${down(b)}`).join(' ')
    const label = `<text x="${width - 122}" y="${y + top + 16 * i + 8}" fill="${color}">${policy}</text>`
    return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.5"/>${label}`
  })
  const axes = [
    `<text x="${left}" y="${y + 14}">${title}</text>`,
    `<text x="4" y="${down(high)}">${high.toFixed(0)}</text><text x="4" y="${down(0)}">0</text>`,
    `<text x="${across(right)}" y="${y + height - 8}" text-anchor="end">${right.toFixed(0)}</text>`,
    `<path d="M${left} ${down(high)}V${down(0)}H${across(right)}" fill="none" stroke="#999"/>`,
  ]
  return [...axes, ...drawn].join('\n')
}
