<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/** Keyed fingerprints: equal texts have equal ones, and without the key nothing can be learnt from them. */
final class Fingerprints
{
    private string $key;

    public function __construct(
        #[\SensitiveParameter]
        string $key
    ) {
        $this->key = $key;
    }

    /** 32 hex characters. */
    public function of(
        #[\SensitiveParameter]
        string $text
    ): string {
        return substr(hash_hmac('sha256', $text, $this->key), 0, 32);
    }

    /** @return array<string,string> */
    public function __debugInfo(): array
    {
        return [];
    }
}
