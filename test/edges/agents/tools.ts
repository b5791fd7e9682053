import { join } from 'node:path'
import { installTool } from '../../../scripts/tools/install.ts'
import type { CliName } from '../../../scripts/tools/pins.ts'

/** The runner finds the pinned programs on its PATH. */
export async function useTools(...clis: CliName[]): Promise<void> {
  const tools = await Promise.all(clis.map(installTool))
  const places = tools.map(({ dir }) => join(dir, 'node_modules/.bin'))
  process.env.PATH = [...places, process.env.PATH].join(':')
}
