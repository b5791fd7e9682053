import { basename, join } from 'node:path'
import { buildActions } from '../../scripts/build.ts'
import { listSizes } from '../../scripts/bundle.ts'
import { ACTIONS, DIST } from '../../scripts/folders.ts'
import type { Bench, Figure } from './figure.ts'

const MB = 2 ** 20

export const bundlesBench: Bench = {
  name: 'bundles',
  about: 'What a runner downloads of each action: what it starts with, and what it loads when it needs it.',
  async run() {
    await buildActions()
    const figures = await Promise.all(ACTIONS.map(measure))
    return figures.flat()
  },
}

async function measure(name: string): Promise<Figure[]> {
  const files = (await listSizes(join(DIST, 'action', name))).filter(({ path }) => path.endsWith('.mjs'))
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  return [
    ...files.map(({ path, bytes }) => ({
      name: `action/${name}/${basename(path).replace(/-[A-Z0-9]{8}\./, '.')}`,
      value: bytes / MB,
      unit: 'MB',
      goal: 2,
    })),
    { name: `all of action/${name}`, value: total / MB, unit: 'MB', goal: null },
  ]
}
