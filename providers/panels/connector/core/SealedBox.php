<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Opens what the worker sealed to this connector's public key (libsodium's crypto_box_seal). */
final class SealedBox
{
    private Pairing $pairing;
    private bool $sodium;

    public function __construct(Pairing $pairing, Surroundings $surroundings)
    {
        $this->pairing = $pairing;
        $this->sodium = $surroundings->sodium ?? function_exists('sodium_crypto_box_seal_open');
    }

    /** Null if the text was not sealed for us, or was changed. Throws Refusal('sodium-missing'). */
    public function open(string $sealed): ?string
    {
        if (!$this->sodium) {
            throw new Refusal('sodium-missing', 'PHP lacks the sodium extension.');
        }
        $bytes = base64_decode($sealed, true);
        if ($bytes === false) {
            return null;
        }
        try {
            $opened = sodium_crypto_box_seal_open($bytes, $this->pairing->keypair());
        } catch (\Throwable $error) {
            return null;
        }
        return $opened === false ? null : $opened;
    }
}
