import type { Identity, Place } from '../../app/env.ts'
import { startServer } from '../../app/server.ts'
import { STAGE_PACE } from '../../twin/demo/stage.ts'

/** A controller as a process of its own, to be killed: told where and who it is by its parent, whom it tells its address. */
process.once('message', async ({ place, identity }: { place: Place; identity: Identity }) => {
  const { url } = await startServer(place, identity, STAGE_PACE)
  process.send?.({ url })
})
process.once('disconnect', () => process.exit(0))
