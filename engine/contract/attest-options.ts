import type { AttestWish } from './attestation.ts';
import { EngineError } from './errors.ts';

/**
 * What `--attest`, `--sbom` and `--provenance` of Docker's clients say: `type=provenance,mode=max`, `true`, `disabled=true`.
 * Later ones win. @throws EngineError `invalid-argument`
 */
export function readAttestOptions(options: readonly string[]): AttestWish {
  return options.map(readOption).reduce((before, now) => ({ ...before, ...now }), {});
}

function readOption(text: string): AttestWish {
  const fields = new Map(text.split(',').map((part) => pairOf(part)));
  const isOff = fields.get('disabled') === 'true';
  switch (fields.get('type')) {
    case 'sbom':
      return { sbom: !isOff };
    case 'provenance': {
      const mode = fields.get('mode') ?? 'min';
      if (isOff) return { provenance: undefined };
      if (mode === 'min' || mode === 'max') return { provenance: mode };
      throw new EngineError('invalid-argument', `--provenance has the modes min and max, not ${JSON.stringify(mode)}.`);
    }
    default:
      throw new EngineError(
        'invalid-argument',
        `--attest ${text} is of no known type: write type=sbom or type=provenance.`,
      );
  }
}

function pairOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text.trim(), 'true'] : [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}

/** What `--sbom` and `--provenance` say, as `--attest` does: `true`, `false`, `max`, `mode=max`. */
export function attestOption(type: 'sbom' | 'provenance', value: string): string {
  if (value === 'false') return `type=${type},disabled=true`;
  if (value === 'true') return `type=${type}`;
  return `type=${type},${value.includes('=') ? value : `mode=${value}`}`;
}
