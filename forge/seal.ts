import { createHmac, createPrivateKey, hkdfSync, timingSafeEqual } from 'node:crypto'
import { sealedText } from '../core/envelope.ts'

/** Proves that this app wrote a ticket for this base: whoever may create refs still cannot make a claim. */
export type Seal = {
  /** Hex. */
  seal(base: string, json: string): string
  holds(base: string, json: string, seal: string): boolean
}

/**
 * The key is derived from the app's private key, so that all replicas share it and none has to store it. The key is
 * read before it is derived from, so that line breaks and wrappings of the PEM do not matter. Throws for a bad PEM.
 */
export function createSeal(privateKeyPem: string): Seal {
  const secret = createPrivateKey(privateKeyPem).export({ type: 'pkcs8', format: 'der' })
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'chorus claim seal v1', 32))
  const digest = (base: string, json: string) =>
    createHmac('sha256', key).update(sealedText(base, json)).digest()
  return {
    seal: (base, json) => digest(base, json).toString('hex'),
    holds(base, json, seal) {
      if (!/^[0-9a-f]{64}$/.test(seal)) return false
      return timingSafeEqual(digest(base, json), Buffer.from(seal, 'hex'))
    },
  }
}
