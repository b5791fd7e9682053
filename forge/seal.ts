import { createHmac, createPrivateKey, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Proves that this app wrote a text. */
export type Seal = {
  /** Hex. */
  seal(text: string): string
  holds(text: string, seal: string): boolean
}

/** One for each use: what was sealed for one proves nothing for another. */
export type Seals = {
  /** Whoever may create refs still cannot make a claim. */
  claims: Seal
  /** Whoever may push to the ledger still cannot approve anything. */
  ledger: Seal
}

/**
 * The keys are derived (HKDF, RFC 5869) from the app's private key, so that all replicas share them and none has to store
 * them. The key is read before it is derived from, so that line breaks and wrappings of the PEM do not matter. Throws for
 * a bad PEM.
 */
export function createSeals(privateKeyPem: string): Seals {
  const secret = createPrivateKey(privateKeyPem).export({ type: 'pkcs8', format: 'der' })
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', use, 32))
  return {
    claims: createSeal(derive('chorus claim seal v1')),
    ledger: createSeal(derive('chorus ledger seal v1')),
  }
}

function createSeal(key: Buffer): Seal {
  const digest = (text: string) => createHmac('sha256', key).update(text).digest()
  return {
    seal: text => digest(text).toString('hex'),
    holds(text, seal) {
      if (!/^[0-9a-f]{64}$/.test(seal)) return false
      return timingSafeEqual(digest(text), Buffer.from(seal, 'hex'))
    },
  }
}
