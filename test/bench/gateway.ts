import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Bench, type Figure, median } from './figure.ts'
import type { Ready } from './gateway-side.ts'

const ASKED = 300
const STREAMS = 10
const EVENTS = 400
const EVERY_MS = 5
const ROUNDS = 3

/** Service, gateway and client on threads of their own, as they are on processes of their own in a run. */
export const gatewayBench: Bench = {
  name: 'gateway',
  about: `What the model gateway adds to a direct connection, with prompts of 75 KB, ${STREAMS} streams at once and ${1000 / EVERY_MS} events a second in each: faster than models speak.`,
  async run(): Promise<Figure[]> {
    const service = await start({ role: 'service' })
    const gateway = await start({ role: 'gateway', base: `${service.ready.url}/v1` })
    try {
      return await measure([service.ready, gateway.ready])
    } finally {
      await Promise.all([service.worker.terminate(), gateway.worker.terminate()])
    }
  },
}

async function start(workerData: object): Promise<{ worker: Worker; ready: Ready }> {
  const worker = new Worker(new URL('./gateway-side.ts', import.meta.url), { workerData })
  const [ready] = (await once(worker, 'message')) as [Ready]
  return { worker, ready }
}

async function measure([direct, through]: readonly [Ready, Ready]): Promise<Figure[]> {
  const first = { direct: [] as number[], through: [] as number[] }
  // By turns, so that what else happens on the machine falls on both; the first ones warm up.
  for (let i = -30; i < ASKED; i++) {
    const [a, b] = [await timeFirstByte(direct), await timeFirstByte(through)]
    if (i < 0) continue
    first.direct.push(a)
    first.through.push(b)
  }
  const paced = { direct: [] as number[], through: [] as number[] }
  const flood = { direct: [] as number[], through: [] as number[] }
  for (let i = 0; i < ROUNDS; i++) {
    paced.direct.push(await timeStreams(direct))
    paced.through.push(await timeStreams(through))
    flood.direct.push(await timeFlood(direct))
    flood.through.push(await timeFlood(through))
  }
  const slower = (median(paced.through) / median(paced.direct) - 1) * 100
  const added = median(first.through) - median(first.direct)
  return [
    {
      name: 'added to the first byte, p50',
      value: added,
      unit: 'ms',
      goal: 5,
      note: `${ASKED} requests by turns`,
    },
    { name: 'first byte, direct, p50', value: median(first.direct), unit: 'ms', goal: null },
    {
      name: 'streams slower by',
      value: Math.max(0, slower),
      unit: '%',
      goal: 3,
      note: `median of ${ROUNDS}`,
    },
    {
      name: 'flood, direct',
      value: FLOOD_MB / median(flood.direct),
      unit: 'MB/s',
      goal: null,
      note: FLOOD_NOTE,
    },
    {
      name: 'flood, through',
      value: FLOOD_MB / median(flood.through),
      unit: 'MB/s',
      goal: null,
      note: FLOOD_NOTE,
    },
  ]
}

const FLOOD_MB = 32
const FLOOD_NOTE = 'one stream as fast as it goes, every event read'
const PROMPT = 'word '.repeat(15_000)

function ask({ url, key }: Ready, kind: string): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'user-agent': kind },
    body: JSON.stringify({
      model: kind,
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: 'user', content: PROMPT }],
    }),
  })
}

async function timeFirstByte(side: Ready): Promise<number> {
  const began = performance.now()
  const answer = await ask(side, 'short')
  const reader = answer.body!.getReader()
  await reader.read()
  const took = performance.now() - began
  while (!(await reader.read()).done);
  return took
}

/** Seconds until all of them have ended. */
async function timeStreams(side: Ready): Promise<number> {
  const began = performance.now()
  await Promise.all(
    Array.from({ length: STREAMS }, async () => {
      const text = await (await ask(side, `paced ${EVENTS} ${EVERY_MS}`)).text()
      if (!text.endsWith('[DONE]\n\n')) throw new Error('a stream did not come to its end')
    }),
  )
  return (performance.now() - began) / 1000
}

async function timeFlood(side: Ready): Promise<number> {
  const began = performance.now()
  const answer = await ask(side, `flood ${FLOOD_MB}`)
  for await (const _chunk of answer.body!);
  return (performance.now() - began) / 1000
}
