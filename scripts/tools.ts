import { installTool } from './tools/install.ts'
import { PINS } from './tools/pins.ts'

/** `npm run tools [CLI…]`: the agent programs that tests run for real, into .chorus/tools; what is there stays. */
const asked = process.argv.slice(2)
const unknown = asked.filter(name => !PINS.some(pin => pin.cli === name))
if (unknown.length > 0) {
  process.stderr.write(
    `Not known: ${unknown.join(', ')}. There are: ${PINS.map(pin => pin.cli).join(', ')}.\n`,
  )
  process.exit(2)
}
let failed = false
for (const { cli, version } of PINS.filter(pin => asked.length === 0 || asked.includes(pin.cli))) {
  try {
    const { program } = await installTool(cli)
    process.stdout.write(`ok      ${cli} ${version}  ${program}\n`)
  } catch (error) {
    failed = true
    process.stdout.write(`FAILED  ${cli} ${version}\n${error instanceof Error ? error.message : error}\n`)
  }
}
process.exitCode = failed ? 1 : 0
